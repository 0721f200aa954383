"""τ-bench retail: its tasks played against Kefu. The data stays where it is; nothing of it is in here."""
