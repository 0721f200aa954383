"""Episodes as a run like any other: compared, reported and judged by a gate with the same commands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.runs.record import Finding, Manifest, Record, Timing, TurnRecord, key_of
from eval.runs.store import sitting
from eval.runs.versions import code_fingerprint, machine
from eval.tau.play import Episode, Settings

SUITE = "tau-retail"


def keep(
    runs: Path,
    name: str,
    episodes: Sequence[Episode],
    of: int,
    settings: Settings,
    versions: Mapping[str, str],
) -> None:
    """Write a run of this name. Raises `BadRun` where there is one already."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    digest = hashlib.sha256(f"{settings} {sorted({each.task_id for each in episodes})}".encode()).hexdigest()
    coded = dict(versions) | {"code": f"{versions['code']} {code_fingerprint()}"}
    options = {
        "lang": [settings.lang],
        "case": list(settings.only),
        "level": settings.level,
        "hints": settings.hints,
    }
    manifest = Manifest(
        name, coded, (SUITE,), digest, of, settings.seed, settings.trials, options, machine(), now
    )
    with sitting(runs, manifest, False) as kept:
        for episode in episodes:
            record = record_of(episode, settings)
            kept.add(record, Timing(record.key, (), tuple(episode.seconds)))
        kept.end(now, sum(second for each in episodes for second in each.seconds))


def record_of(episode: Episode, settings: Settings) -> Record:
    """An episode as a case: what it lacks are the findings."""
    case = f"{settings.lang}-{episode.task_id}"
    return Record(
        key=key_of(SUITE, case, trial=episode.trial), suite=SUITE, kind="task", case=case, language=settings.lang,
        trial=episode.trial, tags=(settings.level,), pair=f"task-{episode.task_id}",
        turns=tuple(_turn(entry, settings.lang) for entry in episode.log if entry[1]),
        findings=tuple(Finding("task", why) for why in episode.why or ([] if episode.passed else ["not passed"])),
    )  # fmt: skip


def _turn(entry: tuple[str, str, str], language: str) -> TurnRecord:
    """The script hears no more of a turn than this."""
    say, reply, decided = entry
    decision, _, awaiting = decided.partition("/")
    unknown: dict[str, Any] = {}
    return TurnRecord(
        say=say, reply=reply, language=language, decision=decision, rule="",
        awaiting="" if awaiting == "None" else awaiting, action="", arguments=unknown, slots=unknown, receipt="",
        understood=unknown, cites=(), quick_replies=(), latency="fixed",
    )  # fmt: skip
