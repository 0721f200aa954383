"""What the shop allows: policy cards and the pure functions that decide by them."""
