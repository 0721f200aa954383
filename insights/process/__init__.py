"""What the event log and the order history say about service: findings that hold statistically."""
