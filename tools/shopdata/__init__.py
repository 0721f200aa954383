"""A shop in and out: files, their checks, other formats."""
