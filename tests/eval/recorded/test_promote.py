"""A recorded conversation becomes a case: both files or none, nothing written over, and what is made can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.cases.bundled import load_file
from eval.cases.errors import EvalError
from eval.cases.schema import Filed, Suite
from eval.playing.shops import shop_of
from eval.recorded.conversations import Recorded
from eval.recorded.promote import AlreadyThere, Promoted, promote
from eval.replies.sample import sample_shop
from eval.runs.record import Record
from tests.eval.recorded.conversations_by_hand import a_conversation, a_turn
from tests.eval.runs.records import record, turn
from tools.store.memory import MemoryStore

CHANGES = {
    "orders": {"W9000001": {"status": "return_requested", "returns": [{"id": "RT-1", "requested_at": "x", "refund": "899.00"}]}},
    "complaints": [{"kind": "logistics", "order_id": "", "status": "open", "text": "late"}],
    "handed_over": True, "stock": {"A": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    store = MemoryStore()
    store.import_shop(sample_shop())
    return store


Make = Callable[..., Promoted]


@pytest.fixture
def make(store: MemoryStore, tmp_path: Path) -> Make:
    def made(
        recorded: Recorded, played: Record | Exception | None = None, name: str = "late", out: str = "out"
    ) -> Promoted:
        def play(_path: Path, suite: Suite) -> Record:
            if isinstance(played, Exception):
                raise played
            turns = [
                turn(each.say, decision="answer", rule="order.status", action="")
                for each in suite.cases[0].turns
            ]
            return played or record("late", turns=tuple(turns))

        return promote(recorded, store, tmp_path / out, name, "", play)

    return made


SAID = 'This is Wen Li (李雯): where is W1000001? "Now", #1 — liwen@example.com'


def test_what_is_made_is_read_and_has_nobody_in_it(make: Make) -> None:
    proposed = a_turn("yes", kind="propose", action="start_return")
    made = make(a_conversation(a_turn(SAID, awaiting="identity"), proposed))
    (case,) = load_file(made.suite).suite.cases
    assert (case.customer, case.signed_in) == ("customer-1@example.com", True)
    assert "W900000" in case.says[0] and '"Now"' in case.says[0]
    written = made.suite.read_text(encoding="utf-8") + made.shop.read_text(encoding="utf-8")
    assert [
        each for each in ("李雯", "W1000001", "liwen@example.com", "13800000101") if each in written
    ] == []
    first, second = (step.expect for step in case.turns)
    assert first is not None and (first.decision, first.rule, first.awaiting) == (
        ("answer",),
        ("order.status",),
        ("identity",),
    )
    assert second is not None and (second.decision, second.action) == (("propose",), ("start_return",))


def test_the_shop_is_the_one_beside_it_with_the_customers_orders(make: Make) -> None:
    made = make(a_conversation())
    suite = load_file(made.suite).suite
    shop = shop_of(suite.shop, made.suite) if suite.shop else None
    assert shop is not None
    assert [each.email for each in shop.customers] == ["customer-1@example.com"]
    assert "W9000001" in [each.id for each in shop.orders]


def test_what_came_of_it_is_expected_without_drawn_numbers(make: Make) -> None:
    made = make(a_conversation(), record("late", changes=CHANGES))
    after = load_file(made.suite).suite.cases[0].after
    assert after is not None
    assert after.orders == {"W9000001": {"status": "return_requested", "returns": [{"refund": "899.00"}]}}
    assert after.complaints == (Filed(kind="logistics", order_id=""),)
    assert after.handed_over is True


def test_where_it_came_out_otherwise_is_told(make: Make) -> None:
    other = record("late", turns=(turn("x", decision="refuse", rule="identity", action=""),))
    assert make(a_conversation(), other).differs == (
        "turn 1: answer order.status was recorded, refuse identity now",
    )
    assert make(a_conversation(), name="same").differs == ()


def test_a_stranger_stays_one(make: Make) -> None:
    case = load_file(make(a_conversation(a_turn("Hello", ""))).suite).suite.cases[0]
    assert case.customer is None


@pytest.mark.parametrize("there", ["late.yaml", "late.shop.json"])
def test_nothing_is_written_over(make: Make, tmp_path: Path, there: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / there).write_text("mine", encoding="utf-8")
    with pytest.raises(AlreadyThere, match="is there already"):
        make(a_conversation())
    assert [each.name for each in (tmp_path / "out").iterdir()] == [there]
    assert (tmp_path / "out" / there).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("played", [record("late", error="KeyError: x"), EvalError("no"), RuntimeError("no")])
def test_where_it_cannot_be_played_nothing_is_left(make: Make, tmp_path: Path, played: Any) -> None:
    with pytest.raises((EvalError, RuntimeError)):
        make(a_conversation(), played)
    assert list((tmp_path / "out").iterdir()) == []


def test_where_the_second_file_cannot_be_written_the_first_is_taken_back(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_text

    def failing(path: Path, text: str, **options: Any) -> int:
        if path.suffix == ".yaml":
            write(path, text[:20], **options)
            raise OSError(28, "No space left on device", str(path))
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", failing)
    with pytest.raises(EvalError, match=r"late\.yaml: cannot be written: No space left"):
        make(a_conversation())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_told(make: Make, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(EvalError, match="out: cannot be written: File exists"):
        make(a_conversation())
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("recorded", "name", "said"),
    [
        (a_conversation(), "My Case", "suite: 'My Case' has to be of small letters"),
        (a_conversation(*[a_turn("Hi")] * 41), "late", "cases.0.turns: .*40 items"),
        (a_conversation(a_turn("  ")), "late", "cases.0.turns.0.say: must not be blank"),
    ],
)
def test_what_makes_no_case_is_told(
    make: Make, tmp_path: Path, recorded: Recorded, name: str, said: str
) -> None:
    with pytest.raises(EvalError, match=f"c_1: makes no case: {said}"):
        make(recorded, name=name)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "said", ["yes", "12:30", "no: never", "- a\n- b", "!important", "*all*", "2026-11-16", "#1", "😀 好", "~"]
)
def test_any_message_comes_back_as_text(make: Make, said: str) -> None:
    (text,) = load_file(make(a_conversation(a_turn(said))).suite).suite.cases[0].says
    assert isinstance(text, str) and text.strip()
    assert text == said or any(sign in said for sign in ("\n", "2026"))
