"""Who will contact the shop next and why, so that the shop can speak first, to those who allowed it."""
