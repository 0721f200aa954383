"""Stage one: what the customer said, as typed data with a confidence on each part."""
