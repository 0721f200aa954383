"""Turns that were never played, for tests of what is found wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.cases.schema import Case, Expect, Step
from eval.replies.known import Known
from eval.scorers.subject import Played, PlayedTurn
from tests.eval.runs.records import turn


def a_case(language: str = "en", **fields: Any) -> Case:
    given: dict[str, Any] = {
        "id": "one", "language": language, "turns": ({"say": "Hello", "expect": {"decision": "answer"}},),
    }  # fmt: skip
    return Case.model_validate(given | fields)


def a_turn(
    reply: str = "Hello.", say: str = "Hi", expect: dict[str, Any] | None = None, known: Known | None = None,
    customer_id: str = "", **fields: Any,
) -> PlayedTurn:  # fmt: skip
    step = Step(say=say, expect=Expect.model_validate(expect)) if expect else None
    return PlayedTurn(turn(say, **({"reply": reply} | fields)), known or Known(), step, customer_id)


def a_play(*turns: PlayedTurn, private: Mapping[str, Sequence[str]] | None = None, **fields: Any) -> Played:
    return Played(turns, private=private or {}, **fields)
