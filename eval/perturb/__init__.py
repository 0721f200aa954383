"""The same message, written differently: what has to be decided stays, so a different decision is a fault."""
