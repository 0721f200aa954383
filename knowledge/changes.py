"""What a draft changes: its lines, and the passages that come, go or read differently."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.revisions import Revision, documents_of
from retrieval.passages import Passage, split_documents


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage before and after; "" where there is none. `rules` are those of policy cards that cite it."""

    id: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str
    rules: tuple[str, ...] = ()


def diff_lines(before: Revision | None, after: Revision) -> list[str]:
    """A unified diff without line ends; empty when nothing changes."""
    old = before.text.splitlines() if before else []
    new = [] if after.removes else after.text.splitlines()
    names = (before.name if before else "nothing", "removed" if after.removes else after.name)
    return list(difflib.unified_diff(old, new, *names, lineterm=""))


def passage_changes(
    before: Sequence[Revision], after: Sequence[Revision], rules: Iterable[tuple[str, str]] = ()
) -> list[PassageChange]:
    """Every passage that differs, by id. `rules` are pairs of a rule's name and the topic that it cites.

    A passage that waits for its day beside the present one counts as one of its own.
    """
    old, new = _by_place(before), _by_place(after)
    cited: dict[str, tuple[str, ...]] = {}
    for rule, topic in rules:
        cited[topic] = (*cited.get(topic, ()), rule)
    changes = []
    for place in sorted(old.keys() | new.keys()):
        was, now = old.get(place), new.get(place)
        if was is not None and now is not None and _shown(was) == _shown(now):
            continue
        one = now or was
        assert one is not None
        kind: Literal["added", "removed", "changed"] = (
            "added" if was is None else "removed" if now is None else "changed"
        )
        changes.append(PassageChange(one.id, kind, _shown(was), _shown(now), cited.get(one.topic, ())))
    return changes


def _by_place(revisions: Sequence[Revision]) -> dict[tuple[str, str], Passage]:
    """Passages by id and first day; the days of two that share an id never meet."""
    passages = split_documents(documents_of(revisions))
    first: dict[str, int] = {}
    placed = {}
    for passage in passages:
        turn = first.get(passage.id, 0)
        first[passage.id] = turn + 1
        placed[(passage.id, str(turn))] = passage
    return placed


def _shown(passage: Passage | None) -> str:
    """Everything about a passage that a customer or the search may notice."""
    if passage is None:
        return ""
    days = [
        f"{name}: {day}"
        for name, day in (("from", passage.effective_from), ("to", passage.effective_to))
        if day is not None
    ]
    questions = [f"? {question}" for question in passage.questions]
    answers = [f"! {' | '.join(each.questions)} => {each.text}" for each in passage.answers]
    return "\n".join([passage.context, *days, passage.text, *questions, *answers])
