"""Judges the tiny tasks: `expected` says which fields of which orders become what, all else stays."""

from __future__ import annotations

from typing import Any


def find_user(task: dict[str, Any], _before: dict[str, Any]) -> str:
    return str(task["user_id"])


def score(before: dict[str, Any], after: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    missing, unexpected = [], []
    for key, order in after["orders"].items():
        expected = task["expected"].get(key, {"status": before["orders"][key]["status"]})
        found = {name: order.get(name) for name in expected}
        if found != expected:
            (missing if key in task["expected"] else unexpected).append(f"{key}: {found}")
    return {"success": not missing and not unexpected, "missing": missing, "unexpected": unexpected}


def communicate_score(said: list[str], task: dict[str, Any], _lang: str) -> tuple[int, int]:
    facts = task["communicate_info"]
    return sum(fact in " ".join(said) for fact in facts), len(facts)


def expects_transfer(task: dict[str, Any]) -> bool:
    return bool(task.get("expects_transfer"))
