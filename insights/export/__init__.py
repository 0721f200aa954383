"""Facts as files that BI tools read."""
