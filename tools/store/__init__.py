"""Where orders, customers and proposals are kept."""
