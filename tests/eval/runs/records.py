"""Records and runs of a small shop, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from eval.runs.record import Finding, Manifest, Record, Timing, TurnRecord, key_of
from eval.runs.run import Run

VERSIONS = {"model": "m1", "embedding": "e1", "prompts": "p1", "policies": "c1", "code": "k1"}


def turn(say: str = "I want to send the kettle back", **fields: Any) -> TurnRecord:
    given: dict[str, Any] = {
        "reply": "You can send the kettle back within 7 days. Shall I start it?", "language": "en",
        "decision": "propose", "rule": "return.change_of_mind", "awaiting": "confirmation", "action": "start_return",
        "arguments": {"order_id": "W1000001", "reason": "changed_mind"}, "slots": {}, "receipt": "",
        "understood": {"act": "request", "intents": ["return_item"]}, "cites": ("returns#window",),
        "quick_replies": ("Yes", "No"), "latency": "fixed",
    }  # fmt: skip
    return TurnRecord(say=say, **(given | fields))


def record(case: str, passed: bool = True, suite: str = "tasks", **fields: Any) -> Record:
    names = {name: fields.get(name, "") for name in ("customer", "variant")}
    key = key_of(suite, case, names["customer"], names["variant"], fields.get("trial", 0))
    findings = () if passed else (Finding("decision", "refused, and should have proposed", 0),)
    given: dict[str, Any] = {"kind": "task", "language": "en", "turns": (turn(),), "findings": findings}
    return Record(key=key, suite=suite, case=case, **(given | fields))


def with_turn(one: Record, **fields: Any) -> Record:
    """The record with fields of its last turn changed."""
    return replace(one, turns=(*one.turns[:-1], replace(one.turns[-1], **fields)))


def a_run(records: Iterable[Record], **fields: Any) -> Run:
    played = tuple(records)
    given: dict[str, Any] = {
        "id": "r1", "versions": VERSIONS, "suites": tuple(sorted({each.suite for each in played})), "cases": "hash",
        "of": len(played), "seed": 0, "trials": 1, "options": {"tag": [], "case": []}, "machine": "a machine",
        "started_at": "2026-11-16T10:00:00+08:00", "ended_at": "2026-11-16T10:10:00+08:00", "seconds": 600.0,
    }  # fmt: skip
    timings = tuple(Timing(each.key, (0.1,) * len(each.turns), (0.2,) * len(each.turns)) for each in played)
    return Run(Manifest(**(given | fields)), played, timings)


def swapped(run: Run, key: str, new: Record) -> Run:
    """The run with another record in place of one."""
    assert any(each.key == key for each in run.records)
    return Run(run.manifest, tuple(new if each.key == key else each for each in run.records), run.timings)
