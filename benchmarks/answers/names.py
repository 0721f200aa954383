"""What the contestants are called where people read it, and their colours."""

NAMES = {"kefu": "Kefu", "agent": "create_agent", "rag": "plain RAG"}

# Okabe and Ito's palette, which colour-blind readers can tell apart.
COLOURS = {"kefu": "#0072B2", "agent": "#D55E00", "rag": "#009E73"}
