"""What a user reaches: HTTP, the chat page, the command line, and the one place that wires the parts."""
