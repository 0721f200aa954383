"""The fact tables: how they are computed from what the shop recorded, and how they are read."""
