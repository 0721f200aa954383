"""Model files: the catalogue, fetching them from several sources, proving and finding them."""
