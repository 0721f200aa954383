"""Measurements: suites, scorers and the tables they print."""
