"""The return card: what the sample says, and what is refused by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.builders import CARD_FILE, yuan
from tools.domain import Category, ReturnReason, Tier
from tools.errors import CardError
from tools.policy.return_card import load_return_card

CARD = load_return_card(CARD_FILE)


def test_the_sample_card() -> None:
    card = CARD
    assert (card.id, card.currency, card.timezone.key) == ("returns", "CNY", "Asia/Shanghai")
    assert card.effective_from == date(2026, 1, 1)
    rule = card.no_reason
    assert [rule.days(each) for each in (Category.HOME, Category.APPAREL)] == [7, 15]
    assert rule.postage_of(Category.FURNITURE) == yuan("80.00")
    assert rule.postage_of(Category.HOME) == yuan("12.00")
    assert rule.free_for_tiers == {Tier.GOLD}
    assert card.shop_fault.days(Category.FRESH_FOOD) == 2


def test_the_last_four_reasons_are_the_shops_fault() -> None:
    rules = [CARD.rule_for(reason).id for reason in ReturnReason]
    assert rules == ["returns.no_reason"] * 2 + ["returns.shop_fault"] * 4


def changed(tmp_path: Path, place: str, value: Any) -> Path:
    """The sample card with one field set to something else, or taken out (None)."""
    data = yaml.safe_load(CARD_FILE.read_text(encoding="utf-8"))
    *parents, last = place.split(".")
    inner = data
    for name in parents:
        inner = inner[name]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    path = tmp_path / "my.card.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        ("rules.no_reason.window_days", "7", "rules.no_reason.window_days"),
        ("rules.no_reason.window_days", 0, "rules.no_reason.window_days"),
        ("rules.no_reason.window_days", True, "rules.no_reason.window_days"),
        ("rules.no_reason.postage", 12.0, "rules.no_reason.postage"),
        ("rules.no_reason.postage", "-1.00", "rules.no_reason.postage"),
        ("rules.no_reason.postage_payer", "nobody", "rules.no_reason.postage_payer"),
        ("rules.no_reason.extended_days", {"shirts": 15}, "rules.no_reason.extended_days.shirts"),
        ("rules.no_reason.extended_days", {"apparel": 3}, "shorter than window_days"),
        ("rules.no_reason.window_days_by_category", {"apparel": 9}, "apparel stands in"),
        ("rules.no_reason.excluded_categories", ["shirts"], "rules.no_reason.excluded_categories.0"),
        ("rules.no_reason.surprise", 1, "rules.no_reason.surprise"),
        ("rules.shop_fault", None, "rules.shop_fault"),
        ("rules.no_reason.passage", "returns", "rules.no_reason.passage"),
        ("timezone", "Asia/Nowhere", "timezone"),
        ("currency", "yuan", "currency"),
        ("version", None, "version"),
        ("id", "exchange", "id"),
        ("effective_from", "2026-01-01", "effective_from"),
        ("effective_until", date(2025, 12, 31), "effective_until lies before effective_from"),
        ("home_country", "China", "home_country"),
        ("warranty_months", {"books": 1}, "warranty_months"),
    ],
)
def test_a_bad_field_is_named(tmp_path: Path, place: str, value: Any, named: str) -> None:
    with pytest.raises(CardError) as caught:
        load_return_card(changed(tmp_path, place, value))
    assert named in str(caught.value)
    assert str(caught.value).startswith("my.card.yaml: ")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"id: [", "not a readable YAML"),
        (b"id: a\nid: b\n", "'id' stands twice"),
        (b"\xff\xfe\xff", "not a readable YAML"),
        (b"", "the card"),
        (b"- 1\n", "the card"),
        (b"? [a]\n: 1\n", "my.card.yaml"),
    ],
)
def test_a_file_that_is_no_card(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "my.card.yaml"
    path.write_bytes(content)
    with pytest.raises(CardError) as caught:
        load_return_card(path)
    assert named in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="cannot be read"):
        load_return_card(tmp_path / "none.yaml")


def test_every_category_has_a_window_or_is_excluded_under_every_rule() -> None:
    for rule in (CARD.no_reason, CARD.shop_fault):
        assert all(rule.days(category) for category in Category)
    assert CARD.shop_fault.excluded < CARD.no_reason.excluded


def test_an_order_sent_abroad_has_a_rule_of_its_own_unless_the_card_has_none(tmp_path: Path) -> None:
    change_of_mind, fault = ReturnReason.NO_LONGER_WANTED, ReturnReason.DAMAGED
    assert [CARD.rule_for(change_of_mind, country).id for country in ("", "CN", "DE")] == [
        "returns.no_reason", "returns.no_reason", "returns.no_reason_abroad"
    ]  # fmt: skip
    assert CARD.rule_for(fault, "DE").id == "returns.shop_fault"
    everywhere = load_return_card(changed(tmp_path, "rules.no_reason_abroad", None))
    assert everywhere.rule_for(change_of_mind, "DE").id == "returns.no_reason"
