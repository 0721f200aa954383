"""Training text classifiers from labelled files: reading, quality, models, cards."""
