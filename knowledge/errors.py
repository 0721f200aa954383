"""Everything that `knowledge` raises.

KnowledgeError
├── Unreadable            a file that is no document: broken, hostile, locked, too large
├── DocumentRefused       a text that cannot be a document; the message names the place
├── UnknownDocument       there is no document, revision or publication of that name
├── NothingToPublish      no draft that could be published
├── FoundWrong            a check found errors; `findings` holds them
├── RevisionConflict      somebody else changed the document first
├── FolderConflict        a document was changed in the folder and in the store
└── PublicationConflict   somebody else published first, or is publishing for too long
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class KnowledgeError(Exception):
    """Base of the package's errors; the message says what is wrong and where."""


class Unreadable(KnowledgeError):
    pass


class DocumentRefused(KnowledgeError):
    pass


class UnknownDocument(KnowledgeError):
    pass


class NothingToPublish(KnowledgeError):
    pass


class FoundWrong(KnowledgeError):
    def __init__(self, message: str, findings: Sequence[Any]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class RevisionConflict(KnowledgeError):
    pass


class FolderConflict(KnowledgeError):
    pass


class PublicationConflict(KnowledgeError):
    pass
