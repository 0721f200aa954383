"""Reading a folder of documents, also of others who know nothing of our front matter."""

from __future__ import annotations

from pathlib import Path

from eval.retrieval.errors import NoDocuments
from retrieval.documents import Document, load_documents


def read_documents(folder: Path) -> tuple[list[Document], list[str]]:
    """The documents that can be read, and what is wrong with the others.

    Raises `NoDocuments` where there is none.
    """
    documents, problems = _read(folder)
    if not documents:
        raise NoDocuments("\n".join([f"{folder}: no document can be read", *problems]))
    return documents, problems


def _read(folder: Path) -> tuple[list[Document], list[str]]:
    try:
        from knowledge.formats import read_folder
    except ImportError:
        documents, problems = load_documents(folder)
        return documents, [str(problem) for problem in problems]
    found, refused = read_folder(folder)
    return list(found), [str(problem) for problem in refused]
