"""Customers who are played by a program: goals, patience and phrases are data, and a seed decides between them."""
