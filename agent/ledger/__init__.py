"""The claim ledger: what a reply says, piece by piece, and what each piece rests on. Pure functions."""
