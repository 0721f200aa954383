"""The agent: one turn from a customer's message to a verified reply."""
