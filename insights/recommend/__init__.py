"""What a customer may like next: from purchases and returns, by a library's item-to-item model."""
