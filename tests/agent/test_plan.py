"""A deadline holds whatever the model does: what is verified by then is the answer, whole sentences only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.generate import OutOfTime
from agent.language_model import Cancelled, CancelToken, Prompt, Schema, ScriptedModel
from agent.model_queue import ModelQueue
from agent.plan import LEAST_S, MARGIN_S, SAFETY, STALE_S, UNHURRIED, Budget, Pace, plan, tokens
from agent.types import Score
from agent.understand.heads import HeadScores
from agent.understand.second_look import SecondReader
from agent.write import Writer, Writing
from prompts.render import Texts
from tests.agent.builders import passage

TEXTS = Texts(ZoneInfo("Asia/Shanghai"))
PROMPT = Prompt("Answer from the text.", "Invoices are issued within 24 hours.", "When do I get my invoice?")
OTHER = Prompt(PROMPT.system, "Returns take 7 days.", PROMPT.question)
SCORES = HeadScores((Score("inform", 0.7),), (Score("repair", 0.4), Score("praise", 0.3)), (), (), 0.1, 0.3)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def writer(model: object, pace: Pace | None = None, wait_s: float = 30) -> Writer:
    return Writer(model, ModelQueue(4), TEXTS, wait_s, 100, pace or Pace())  # type: ignore[arg-type]


def heard(
    writer: Writer, budget: Budget, cancel: CancelToken | None = None
) -> tuple[list[str], Writing, str]:
    """The sentences, what was asked, and the error that ended them."""
    said: list[str] = []
    writing = Writing()
    try:
        for sentence in writer.answer(
            "?", (passage("x"),), "en", cancel or CancelToken(), writing, budget, "c-1"
        ):
            said.append(sentence)
    except OutOfTime as error:
        return said, writing, str(error)
    return said, writing, ""


def test_a_budget_counts_from_the_arrival_and_keeps_a_margin() -> None:
    clock = Clock()
    budget = Budget.of(5000, clock.now, clock)
    clock.now += 2
    assert budget.left_s == pytest.approx(3 - MARGIN_S)
    assert budget.share(0.5).left_s == pytest.approx((3 - MARGIN_S) / 2)
    clock.now += 60
    assert budget.left_s == 0 and budget.token(CancelToken()).cancelled
    assert Budget.of(None, 0.0).left_s == UNHURRIED.left_s == float("inf")


def test_without_a_deadline_the_model_is_always_asked() -> None:
    assert plan(UNHURRIED, None).write and plan(UNHURRIED, 1e9).write


@given(st.floats(0.01, 600), st.floats(0.001, 600) | st.none())
def test_the_model_is_asked_where_it_can_finish(left: float, expected: float | None) -> None:
    clock = Clock()
    made = plan(Budget(clock.now + left + MARGIN_S, clock), expected)
    needed = LEAST_S if expected is None else expected * SAFETY
    assert made.expected_s == expected
    if abs(left - needed) > 1e-6:
        assert made.write == (left > needed)


def test_the_pace_is_what_was_measured_for_new_and_for_known_passages() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.expected_s(PROMPT) is None
    pace.measured(PROMPT, first_s=4.0, whole_s=6.0, pieces=21, finished=True)
    assert pace.expected_s(PROMPT) is None, "read once, but never read again"
    same = pace.expected_s(OTHER)
    assert same == pytest.approx(tokens(OTHER) * 4.0 / tokens(PROMPT) + 21 * 0.1, rel=0.01)
    pace.measured(PROMPT, first_s=0.5, whole_s=2.5, pieces=21, finished=True)
    again = pace.expected_s(PROMPT)
    assert again == pytest.approx(0.5 + 2.1, rel=0.01)
    assert pace.expected_s(OTHER) == pytest.approx(same, rel=0.01)
    assert set(pace.speeds()) == {"read", "read_again", "written"}
    assert pace.speeds()["written"] == pytest.approx(10)


def test_those_ahead_in_the_queue_count() -> None:
    pace = Pace(Clock())
    pace.measured(PROMPT, first_s=1.0, whole_s=3.0, pieces=21, finished=True)
    alone = pace.expected_s(OTHER)
    assert alone is not None
    assert pace.expected_s(OTHER, ahead=2) == pytest.approx(alone + 6, abs=0.01)
    assert pace.expected_s(OTHER, ahead=2, parallel=4) == alone
    assert pace.expected_s(OTHER, ahead=4, parallel=4) == pytest.approx(alone + 3 / 4, abs=0.01)


def test_what_was_measured_long_ago_says_nothing() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.measured(PROMPT, 60.0, 60.0, 0, finished=False)
    pace.measured(PROMPT, 60.0, 99.0, 5, finished=False)
    assert pace.expected_s(OTHER) is not None
    clock.now += STALE_S + 1
    assert pace.expected_s(OTHER) is None and pace.speeds() == {}


def test_an_answer_that_was_cut_off_is_not_taken_for_a_short_one() -> None:
    pace, third = Pace(Clock()), Prompt(PROMPT.system, "Repairs are free.", PROMPT.question)
    pace.measured(PROMPT, 1.0, 11.0, 101, finished=True)
    before = pace.expected_s(third)
    pace.measured(OTHER, 1.0, 1.1, 2, finished=False)
    after = pace.expected_s(third)
    assert before is not None and after == pytest.approx(before, rel=0.1)


def test_too_little_time_and_the_model_is_not_asked() -> None:
    model = ScriptedModel(default="Never asked.")
    said, writing, why = heard(writer(model), Budget.of(300, 0.0, lambda: 0.1))
    assert (said, model.prompts, writing.prompts) == ([], [], [])
    assert "before the deadline" in why
    assert writing.plan is not None and not writing.plan.write


def test_a_slow_model_is_not_asked_again_within_a_short_deadline() -> None:
    pace = Pace()
    pace.measured(OTHER, 9.0, 20.0, 60, finished=True)
    model = ScriptedModel(default="Never asked.")
    said, writing, _ = heard(writer(model, pace), Budget.of(4500, 0.0, lambda: 0.0))
    assert said == [] and model.prompts == []
    assert writing.plan is not None and (writing.plan.expected_s or 0) > 4.5


@dataclass
class Stalls:
    """Writes `text`, then nothing more until it is let go, deaf to every cancel, as one that reads is."""

    text: str
    go: threading.Event
    name: str = "stalls"
    fingerprint: str = "stalls"

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        yield from self.text
        self.go.wait(60)


def soon(seconds: float = LEAST_S + 0.4) -> Budget:
    return Budget.of(round((seconds + MARGIN_S) * 1000), time.monotonic())


@pytest.mark.parametrize("text", ["Invoices take 24 hours. They are sent by ma", "Invoices take 24 hours. 3"])
def test_at_the_deadline_whole_sentences_stay_and_the_rest_goes(text: str) -> None:
    go = threading.Event()
    model = writer(Stalls(text, go))
    said, writing, why = heard(model, soon())
    assert said == ["Invoices take 24 hours."]
    assert "the deadline came" in why and writing.output == text
    assert model.queue.depth == 1, "the model is left alone, and has its place until it hears of it"
    go.set()
    while model.queue.depth:
        go.wait(0.01)


def test_a_model_that_says_nothing_is_not_waited_for() -> None:
    go = threading.Event()
    said, _, why = heard(writer(Stalls("", go)), soon())
    go.set()
    assert said == [] and "the deadline came" in why


def test_a_model_that_is_taken_is_waited_for_until_the_deadline_at_most() -> None:
    model = writer(ScriptedModel(default="Never."))
    with model.queue.turn(1, CancelToken()):
        said, _, why = heard(model, soon())
    assert said == [] and why


def test_an_answer_in_time_is_whole_even_without_a_full_stop() -> None:
    said, _, why = heard(writer(ScriptedModel(default="Invoices take 24 hours. By mail")), soon(30))
    assert (said, why) == (["Invoices take 24 hours.", "By mail"], "")


def test_hanging_up_is_no_deadline() -> None:
    cancel = CancelToken()
    cancel.cancel()
    model = writer(ScriptedModel(default="Never."))
    with model.queue.turn(1, CancelToken()), pytest.raises(Cancelled):
        list(model.answer("?", (passage("x"),), "en", cancel, Writing(), UNHURRIED, "c-1"))


def test_the_conversation_stands_in_the_queue() -> None:
    names: list[str] = []

    class Noting(ModelQueue):
        def turn(self, wait_s: float, cancel: CancelToken, key: str = ""):  # type: ignore[no-untyped-def]
            names.append(key)
            return super().turn(wait_s, cancel, key)

    queue = Noting(4)
    model = ScriptedModel(default="Yes.", choices=['{"intent": "repair"}'])
    own = Writer(model, queue, TEXTS, 1.0, 10)
    list(own.answer("?", (passage("x"),), "en", CancelToken(), Writing(), UNHURRIED, "c-1"))
    SecondReader(model, queue, TEXTS).look("?", "en", SCORES, CancelToken(), UNHURRIED, "c-2")
    assert names == ["c-1", "c-2"]


def test_the_second_look_is_left_out_where_it_would_not_finish() -> None:
    model = ScriptedModel(choices=['{"intent": "repair"}'] * 3)
    reader = SecondReader(model, ModelQueue(1), TEXTS)
    skipped = reader.look("?", "en", SCORES, CancelToken(), Budget.of(300, 0.0, lambda: 0.0))
    assert (skipped.said, model.constrained) == ("", []) and "deadline" in skipped.problem
    assert reader.look("?", "en", SCORES, CancelToken(), soon(30)).said == "repair"
    reader.pace.measured(reader.prompt("?", ("repair",), "en"), 8.0, 9.0, 9, finished=True)
    short = reader.look("?", "en", SCORES, CancelToken(), soon(5))
    assert short.said == "" and "deadline" in short.problem
