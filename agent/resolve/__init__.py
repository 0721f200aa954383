"""What a customer means, found among that customer's own orders, methods and addresses, and the catalogue. Pure."""
