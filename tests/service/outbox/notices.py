"""Notices as the desk writes them, and times to write them at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tools.desk.notices import Notice
from tools.store.sql import SqlStore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ticket(number: int, department: str = "logistics", at: datetime = NOW) -> Notice:
    body: dict[str, object] = {
        "complaint_id": f"CP-{number}",
        "kind": "logistics",
        "priority": "urgent",
        "text": "包裹三周没有动静 📦",
        "steps": [{"text": {"zh": "查询包裹", "en": "Trace the parcel"}, "department": department}],
    }
    return Notice(f"ticket:CP-{number}", "ticket", f"CP-{number}", department, at, body)


def write(store: SqlStore, notices: Iterable[Notice]) -> None:
    with store.unit_of_work() as unit:
        for each in notices:
            unit.add_notice(each)
        unit.commit()
