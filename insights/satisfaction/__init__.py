"""How conversations ended and what customers thought of them: resolution, ratings, thumbs and their reasons."""
