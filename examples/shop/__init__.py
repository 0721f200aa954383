"""The sample shop: made-up goods, people and orders, dated relative to a given moment."""
