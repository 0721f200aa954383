"""Signs of misuse, each explained for a person who decides. Nothing that answers customers reads them."""
