"""Suites and cases: what is said to the agent, in which shop, and what code can check of the outcome."""
