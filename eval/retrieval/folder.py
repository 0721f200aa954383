"""Reading a folder of documents, also of others who know nothing of our front matter."""

from __future__ import annotations

from pathlib import Path

from eval.retrieval.errors import NoDocuments
from knowledge.formats import read_folder
from retrieval.documents import Document


def read_documents(folder: Path) -> tuple[list[Document], list[str]]:
    """The documents that can be read, and what is wrong with the others.

    Raises `NoDocuments` where there is none.
    """
    documents, refused = read_folder(folder)
    problems = [str(problem) for problem in refused]
    if not documents:
        raise NoDocuments("\n".join([f"{folder}: no document can be read", *problems]))
    return documents, problems
