"""A made-up year of service, with truths planted in it that the analyses have to find, or with none at all."""
