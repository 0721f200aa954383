"""Handing a conversation to a person: at once, once, on the record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tools.builders import NOW
from tools.desk.hand_over import LONGEST, hand_over
from tools.domain import DomainError, HandOver
from tools.store.protocol import LocalStore

LATER = NOW + timedelta(minutes=5)


def test_a_hand_over_lies_with_somebody_at_once(store: LocalStore) -> None:
    before = store.export_shop()
    item = hand_over(store, "K-1", "C-1", "asked_for_a_person", "退货 O-1，已说明", NOW)
    assert item == HandOver("HO-K-1", "K-1", "C-1", "asked_for_a_person", "退货 O-1，已说明", NOW)
    with store.unit_of_work() as unit:
        assert unit.hand_over("K-1") == item
        assert unit.hand_over("K-2") is None
    assert store.export_shop() == before
    (fact,) = store.events_of_conversation("K-1")
    assert (fact.kind, fact.at, fact.actor, fact.why) == ("HandedOver", NOW, "agent", "asked_for_a_person")
    assert (fact.customer_id, fact.receipt_id, fact.proposal_id) == ("C-1", item.id, "")
    assert "退货" not in str(fact.data), "what was said stays where it is"


def test_asked_again_the_same_hand_over_comes_back(store: LocalStore) -> None:
    first = hand_over(store, "K-1", "C-1", "first", "one", NOW)
    assert hand_over(store, "K-1", "C-1", "second", "two", LATER) == first
    assert len(store.events_of_conversation("K-1")) == 1
    other = hand_over(store, "K-2", "C-1", "third", "three", LATER)
    assert other.id != first.id


def test_nobody_needs_to_be_known_to_reach_a_person(store: LocalStore) -> None:
    assert hand_over(store, "K-1", "", "too_many", "could not be identified", NOW).customer_id == ""


@pytest.mark.parametrize("text", ["\x00", "half \ud83d an emoji", "x" * (LONGEST * 3)])
def test_no_text_stands_in_the_way_of_a_person(store: LocalStore, text: str) -> None:
    item = hand_over(store, "K-1", "C-1", text, text, NOW)
    with store.unit_of_work() as unit:
        assert unit.hand_over("K-1") == item
    assert 0 < len(item.summary) <= LONGEST and len(item.reason) <= LONGEST


def test_a_time_without_a_zone_is_refused(store: LocalStore) -> None:
    with pytest.raises(DomainError, match="timezone"):
        hand_over(store, "K-1", "C-1", "why", "what", NOW.replace(tzinfo=None))
    with store.unit_of_work() as unit:
        assert unit.hand_over("K-1") is None
