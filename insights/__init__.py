"""What the shop learns from its conversations, orders and events. Reads the shop's tables; never decides for it."""
