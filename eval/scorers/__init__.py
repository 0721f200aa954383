"""Scorers: small pure functions from a case and what was played to what is wrong with it."""
