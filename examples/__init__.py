"""Things to try Kefu with: a sample shop and its policies."""
