"""Conversations of production: played again against a candidate, or made into cases without personal data."""
