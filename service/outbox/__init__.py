"""Tells departments what they have to know, by webhook or mail, from the outbox of the database."""
