"""From policy documents to cited passages: reading, splitting, indexing, searching."""
