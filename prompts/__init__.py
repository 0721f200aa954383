"""Every fixed text and every prompt, as Jinja2 files: one folder a language, the same names in each."""
