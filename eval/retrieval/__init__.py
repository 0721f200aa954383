"""How well the right passage is found, and how often "nothing answers this" is right.

`kefu eval retrieval` measures any folder of documents with any file of questions.
"""
