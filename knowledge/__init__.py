"""Knowledge that its authors own: reading their files, revisions, checks, publishing, and what is missing."""
