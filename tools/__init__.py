"""The order side: the shop's types, its policies as code, its store, and the tools over them."""
