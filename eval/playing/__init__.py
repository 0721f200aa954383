"""Plays cases: opens the agent on a shop of the case's own, sends the messages, and keeps what came of them."""
