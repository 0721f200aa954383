"""What customers will need next: contacts by reason and sales by product, by day and by week."""
