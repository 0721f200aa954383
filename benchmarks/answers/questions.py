"""Which questions are asked, and in which order: the same for every contestant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, zip_longest
from pathlib import Path

from eval.replies.cases import LANGUAGES, Case, load_cases

CASES = Path(__file__).resolve().parents[2] / "eval" / "sets" / "replies.test.jsonl"


def load_questions(path: Path, limit: int | None = None) -> list[Case]:
    """The cases of the benchmark, `limit` of them spread over languages and kinds.

    A file in which none is marked with `bench` is taken as a whole. Kinds take turns, so that what a
    stopped run has is a fair sample; languages come one after the other, because an agent's prompt begins
    with instructions in the customer's language and would otherwise be read anew for every question, which
    would flatter Kefu.
    """
    cases = load_cases(path)
    marked = [case for case in cases if case.bench] or cases
    mixed = _in_turns([_kinds_in_turns(marked, language) for language in LANGUAGES])[:limit]
    return [case for language in LANGUAGES for case in mixed if case.language == language]


def _kinds_in_turns(cases: Sequence[Case], language: str) -> list[Case]:
    kinds: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.language == language:
            kinds[case.kind].append(case)
    return _in_turns(list(kinds.values()))


def _in_turns(groups: Sequence[Sequence[Case]]) -> list[Case]:
    return [case for case in chain.from_iterable(zip_longest(*groups)) if case is not None]
