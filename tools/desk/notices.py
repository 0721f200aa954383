"""What a department has to be told; written with the fact that it tells, delivered from the outbox."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from tools.codec import UNSTORABLE
from tools.domain import DomainError, require_aware

NoticeKind = Literal["ticket", "reminder", "escalation", "overdue"]
MOST_BODY_BYTES: Final = 64_000
# It travels in headers of HTTP and of mail.
_ID = re.compile(r"[\x21-\x7e]{1,200}")
# JSON writes NUL as an escape; after a backslash of the text's own it is no escape.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Notice:
    """`id` is made of the fact that is told ("ticket:CP-01J…"), so that it is told once however often it is written.

    `subject_id` is the complaint; `body` is what the receiver reads: plain JSON values, no secrets. Raises
    `DomainError` for what no database, header or receiver could take.
    """

    id: str
    kind: NoticeKind
    subject_id: str
    department: str
    at: datetime
    body: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_aware(self.at, f"notice {self.id!r}: at")
        if not _ID.fullmatch(self.id):
            raise DomainError(f"notice {self.id!r}: the id needs 1–200 visible ASCII characters")
        if not self.department or not self.subject_id:
            raise DomainError(f"notice {self.id}: a department and a subject are needed")
        if problem := _problem(self.subject_id, self.department, self.body):
            raise DomainError(f"notice {self.id}: {problem}")


def _problem(*values: object) -> str:
    try:
        text = json.dumps(values, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        return f"the body is no plain JSON: {error}"
    if UNSTORABLE.search(text) or _NUL.search(text):
        return "it holds a character that cannot be stored"
    return "the body is too long" if len(text.encode()) > MOST_BODY_BYTES else ""
