"""A folder of policy cards: which of them hold when, and what is refused by file and field."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents import load_documents
from retrieval.passages import split_documents
from tests.tools.builders import NOW, POLICIES
from tools.domain import (
    Category,
)
from tools.errors import CardError
from tools.policy.cards import PATTERN, PolicyBook, load_card, load_policy_book, passages_of
from tools.policy.identity_card import DEFAULT_IDENTITY

BOOK = load_policy_book(POLICIES)
FILES = sorted(path.name for path in POLICIES.glob(PATTERN))
IDS = ["cancellation", "complaints", "exchange", "identity", "order_changes", "repair", "returns", "voice"]
# 1 December begins in Shanghai eight hours before it does in UTC.
DECEMBER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample cards to spoil."""
    for name in FILES:
        shutil.copy(POLICIES / name, tmp_path / name)
    return tmp_path


def put(folder: Path, source: str, fields: dict[str, Any], name: str = "") -> None:
    """Write a sample card again with some fields set to something else, or taken out (None)."""
    data = yaml.safe_load((POLICIES / f"{source}.card.yaml").read_text(encoding="utf-8"))
    for place, value in fields.items():
        *parents, last = place.split(".")
        inner = data
        for parent in parents:
            inner = inner[parent]
        inner[last] = value
        if value is None:
            del inner[last]
    text = yaml.safe_dump(data, allow_unicode=True)
    (folder / f"{name or source}.card.yaml").write_text(text, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(CardError) as caught:
        load_policy_book(folder)
    return str(caught.value).splitlines()


def day(text: str) -> Any:
    return datetime.fromisoformat(text).date()


@pytest.mark.parametrize("name", FILES)
def test_every_sample_card_is_one_policy_in_its_own_file(name: str) -> None:
    assert load_card(POLICIES / name).id == name.removesuffix(".card.yaml")


def test_the_sample_shop_has_a_card_for_every_policy() -> None:
    assert sorted(BOOK.at(NOW).versions()) == IDS
    assert set(BOOK.at(NOW).versions().values()) == {1}


def passages(value: Any) -> set[str]:
    """Every `topic#anchor` of a parsed card."""
    if isinstance(value, dict):
        return set().union(*(passages(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(passages(each) for each in value))
    return {value} if isinstance(value, str) and "#" in value else set()


@pytest.mark.parametrize("name", FILES)
def test_every_passage_of_a_sample_card_exists_in_both_languages(name: str) -> None:
    named = passages(yaml.safe_load((POLICIES / name).read_text(encoding="utf-8")))
    assert named or name in ("identity.card.yaml", "voice.card.yaml")
    for language in ("zh", "en"):
        documents, trouble = load_documents(POLICIES / language)
        assert trouble == []
        assert named <= {passage.topic for passage in split_documents(documents)}
    assert {passage for _, passage in passages_of(load_card(POLICIES / name))} == named


def test_the_document_on_changing_orders_has_the_same_sections_in_both_languages() -> None:
    documents, _ = load_documents(POLICIES)
    found = [p for p in split_documents(documents) if p.topic.startswith("order-changes#")]
    topics = {language: [p.topic for p in found if p.language == language] for language in ("zh", "en")}
    assert len(topics["zh"]) == 5
    assert topics["zh"] == topics["en"]


@pytest.mark.parametrize(
    ("card", "field", "value", "named"),
    [
        ("cancellation", "rules.cancel.statuses", [], "rules.cancel.statuses"),
        ("cancellation", "rules.cancel.statuses", ["lost"], "rules.cancel.statuses.0"),
        ("cancellation", "rules.cancel.reasons", ["because"], "rules.cancel.reasons.0"),
        ("cancellation", "rules.cancel.presale", "no", "rules.cancel.presale"),
        ("cancellation", "rules.cancel.passage_by_status", {"gone": "a#b"}, "passage_by_status.gone"),
        ("exchange", "rules.no_reason.postage", "12", "rules.no_reason.postage"),
        ("exchange", "free_options", {"hats": ["size"]}, "free_options.hats"),
        ("exchange", "refund_to", "nobody", "refund_to"),
        ("exchange", "rules.shop_fault", None, "rules.shop_fault"),
        ("repair", "rules.warranty.months", {"toys": 0}, "rules.warranty.months.toys"),
        ("repair", "rules.warranty.passage", "warranty", "rules.warranty.passage"),
        ("order_changes", "tariffs", [{"fee": "8.00"}], "tariffs.0.free_from"),
        ("order_changes", "rules.items.after_item_change", None, "rules.items.after_item_change"),
        ("order_changes", "rules.default_address.statuses", ["pending"], "default_address.statuses"),
        ("complaints", "rules.open.answer_hours", 0, "rules.open.answer_hours"),
        ("identity", "accepts", [["email"], ["name"]], "name alone proves nothing"),
        ("identity", "accepts", [["postcode", "postcode"]], "postcode alone proves nothing"),
        ("identity", "accepts", [[]], "accepts.0"),
        ("identity", "accepts", [["shoe_size"]], "accepts.0.0"),
        ("identity", "failed_attempts.per_source", True, "failed_attempts.per_source"),
        ("repair", "version", 0, "version"),
        ("repair", "effective_from", "soon", "effective_from"),
        ("repair", "effective_until", day("2025-12-31"), "effective_until lies before effective_from"),
        ("repair", "surprise", 1, "surprise"),
        ("returns", "warranty_months", {"toys": 6}, "warranty_months"),
    ],
)
def test_a_bad_field_is_named_with_its_file(
    folder: Path, card: str, field: str, value: Any, named: str
) -> None:
    put(folder, card, {field: value})
    (problem,) = problems(folder)
    assert problem.startswith(f"{card}.card.yaml: ")
    assert named in problem


def test_all_problems_of_all_files_come_in_one_message(folder: Path) -> None:
    put(folder, "repair", {"version": 0, "surprise": 1})
    put(folder, "complaints", {"rules.open.answer_hours": -1})
    found = problems(folder)
    assert [problem.split(": ")[0] for problem in found] == ["complaints.card.yaml"] + [
        "repair.card.yaml"
    ] * 2


@pytest.mark.parametrize("name", ["'refunds'", "[returns]", "7", "null"])
def test_an_unknown_policy_is_named_with_those_there_are(folder: Path, name: str) -> None:
    (folder / "new.card.yaml").write_text(f"id: {name}\nversion: 1\n", encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.startswith("new.card.yaml: id: ")
    assert all(each in problem for each in IDS)


def test_a_key_that_stands_twice_is_refused_at_any_depth(folder: Path) -> None:
    text = (POLICIES / "repair.card.yaml").read_text(encoding="utf-8")
    twice = text.replace("toys: 6", "toys: 6\n      toys: 60")
    (folder / "repair.card.yaml").write_text(twice, encoding="utf-8")
    found = "\n".join(problems(folder))
    assert "repair.card.yaml" in found and "'toys' stands twice" in found


def test_a_shop_without_a_returns_card_is_refused(tmp_path: Path) -> None:
    assert "no returns card" in problems(tmp_path)[0]
    put(tmp_path, "repair", {})
    assert "no returns card" in problems(tmp_path)[0]


@pytest.mark.parametrize("card", ["exchange", "order_changes"])
def test_cards_in_different_currencies_are_refused(folder: Path, card: str) -> None:
    put(folder, card, {"currency": "USD"})
    assert problems(folder) == [f"{card}.card.yaml: currency: USD, the returns card has CNY"]


@pytest.mark.parametrize(("field", "value"), [("currency", "USD"), ("timezone", "Europe/Berlin")])
def test_the_next_returns_card_keeps_currency_and_timezone(folder: Path, field: str, value: str) -> None:
    put(folder, "returns", {"effective_until": day("2026-11-30")})
    put(folder, "returns", {"effective_from": day("2026-12-01"), field: value}, "returns-2")
    assert any(field in problem and value in problem for problem in problems(folder))


@pytest.mark.parametrize(
    ("until", "since", "fits"),
    [
        ("2026-11-30", "2026-12-01", True),
        ("2026-11-30", "2026-11-30", False),
        (None, "2026-12-01", False),
        ("2026-11-30", "2027-02-01", True),
    ],
)
def test_two_cards_for_one_policy_may_not_hold_on_one_day(
    folder: Path, until: str | None, since: str, fits: bool
) -> None:
    put(folder, "repair", {"effective_until": day(until)} if until else {})
    put(folder, "repair", {"version": 2, "effective_from": day(since)}, "repair-2")
    if fits:
        assert len(load_policy_book(folder).cards) == len(FILES) + 1
    else:
        (problem,) = problems(folder)
        assert "repair.card.yaml" in problem and "repair-2.card.yaml" in problem


def successors(folder: Path) -> PolicyBook:
    """Returns v1 until 30 November with 7 days, v2 from 1 December with 10."""
    put(folder, "returns", {"effective_until": day("2026-11-30")})
    later = {"version": 2, "effective_from": day("2026-12-01"), "rules.no_reason.window_days": 10}
    put(folder, "returns", later, "returns-2")
    return load_policy_book(folder)


def test_the_card_changes_at_midnight_in_the_shops_timezone(folder: Path) -> None:
    book = successors(folder)
    assert book.at(DECEMBER - TICK).returns.version == 1
    assert book.at(DECEMBER).returns.version == 2
    assert book.at(DECEMBER).returns.no_reason.days(Category.HOME) == 10


@given(st.datetimes(datetime(2026, 1, 2), datetime(2030, 1, 1), timezones=st.timezones()))
def test_any_moment_has_one_returns_card_whatever_timezone_it_is_told_in(moment: datetime) -> None:
    assert BOOK.at(moment) == BOOK.at(moment.astimezone(UTC))


def test_a_card_that_does_not_hold_yet_or_any_more_is_as_good_as_none(folder: Path) -> None:
    put(folder, "repair", {"effective_until": day("2026-11-30")})
    put(folder, "complaints", {"effective_from": day("2026-12-01")})
    put(folder, "identity", {"effective_from": day("2026-12-01")})
    book = load_policy_book(folder)
    before, after = book.at(DECEMBER - TICK), book.at(DECEMBER)
    assert before.repair is not None and after.repair is None
    assert before.complaints is None and after.complaints is not None
    assert before.identity == DEFAULT_IDENTITY and after.identity != DEFAULT_IDENTITY


def test_a_day_without_returns_card_is_an_error_that_names_the_day(folder: Path) -> None:
    put(folder, "returns", {"effective_until": day("2026-11-30")})
    with pytest.raises(CardError, match="2026-12-01"):
        load_policy_book(folder).at(DECEMBER)


def test_the_returns_card_in_force_knows_warranty_and_exchange(folder: Path) -> None:
    cards = load_policy_book(folder).at(NOW)
    assert cards.repair and cards.exchange
    assert cards.returns.warranty_months == cards.repair.warranty_months
    assert cards.returns.exchange == cards.exchange.no_reason
    (folder / "repair.card.yaml").unlink()
    (folder / "exchange.card.yaml").unlink()
    alone = load_policy_book(folder).at(NOW)
    assert alone.returns.warranty_months == {} and alone.returns.exchange is None


def test_what_a_card_leaves_out_is_the_cautious_choice(folder: Path) -> None:
    put(folder, "exchange", dict.fromkeys(("free_options", "once_per_order", "same_variant", "refund_to")))
    put(folder, "order_changes", dict.fromkeys(("tariffs", "refund_to")))
    put(folder, "cancellation", {"rules.cancel.passage_by_status": None})
    cards = load_policy_book(folder).at(NOW)
    assert cards.exchange and cards.order_changes and cards.cancellation
    assert (cards.exchange.free_options, cards.exchange.refund_to) == ({}, "original")
    assert (cards.exchange.once_per_order, cards.exchange.same_variant) == (False, False)
    assert (cards.order_changes.tariffs, cards.order_changes.refund_to) == ((), "original")
    assert cards.cancellation.passage_by_status == {}


def test_what_proves_an_identity_in_the_sample_shop() -> None:
    card = BOOK.at(NOW).identity
    assert set(card.accepts) == {
        frozenset({"email"}), frozenset({"name", "postcode"}), frozenset({"phone", "name"})
    }  # fmt: skip
    assert (card.attempts_per_conversation, card.window) == (3, timedelta(minutes=30))
