"""Runs: what was played by which versions, kept in a folder, summed up, compared and judged."""
