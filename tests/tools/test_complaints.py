"""Complaints are taken, whatever they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import NOW, POLICIES, order, situation
from tools.codec import UNSTORABLE
from tools.domain import ComplaintKind, OpenComplaint, Order, OrderStatus, Text
from tools.policy.cards import load_policy_book
from tools.policy.complaints import MOST_CHARACTERS, ComplaintAllowed
from tools.policy.decide import decide
from tools.policy.verdict import Denied

CARDS = load_policy_book(POLICIES).at(NOW)
TAKEN = ComplaintAllowed("complaints.open", "complaints#times", 24)
DEPARTMENTS = {
    ComplaintKind.QUALITY: Text("品控部", "our quality team"),
    ComplaintKind.LOGISTICS: Text("物流部", "our logistics team"),
    ComplaintKind.SERVICE: Text("客服部", "our customer service team"),
    ComplaintKind.PRICE: Text("价格与促销组", "our pricing and promotions team"),
    ComplaintKind.COUNTERFEIT: Text("合规部", "our compliance team"),
    ComplaintKind.OTHER: Text("客服部", "our customer service team"),
}


def taken(kind: ComplaintKind) -> ComplaintAllowed:
    return replace(TAKEN, department=DEPARTMENTS[kind])


@pytest.mark.parametrize("kind", ComplaintKind)
def test_every_kind_of_complaint_is_taken_with_or_without_an_order(kind: ComplaintKind) -> None:
    assert decide(OpenComplaint(kind, "盒子是破的"), situation(None, CARDS)) == taken(kind)
    assert decide(OpenComplaint(kind, "盒子是破的", "O-1"), situation(order(), CARDS)) == taken(kind)


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u3000"])
def test_a_complaint_has_to_say_something(text: str) -> None:
    result = decide(OpenComplaint(ComplaintKind.OTHER, text), situation(None, CARDS))
    assert isinstance(result, Denied)
    assert (result.rule, result.passage, result.reason) == (
        "complaints.open", "complaints#times", "nothing_said"
    )  # fmt: skip


def test_a_complaint_that_is_too_long_is_told_the_limit() -> None:
    longest = OpenComplaint(ComplaintKind.OTHER, "x" * MOST_CHARACTERS)
    assert decide(longest, situation(None, CARDS)) == taken(ComplaintKind.OTHER)
    result = decide(replace(longest, text=longest.text + "x"), situation(None, CARDS))
    assert isinstance(result, Denied)
    assert (result.reason, result.params) == ("too_long", {"most": str(MOST_CHARACTERS)})


def test_a_shop_without_the_card_takes_no_complaints_by_chat() -> None:
    complaint = OpenComplaint(ComplaintKind.OTHER, "late")
    result = decide(complaint, situation(None, replace(CARDS, complaints=None)))
    assert result == Denied("complaints.not_offered", "", "not_offered", "person")


@given(
    st.sampled_from(ComplaintKind),
    st.text(max_size=50),
    st.none() | st.sampled_from(OrderStatus).map(lambda status: order(status=status)),
)
def test_whatever_is_said_about_whatever_order_is_taken(
    kind: ComplaintKind, text: str, goods: Order | None
) -> None:
    complaint = OpenComplaint(kind, text, goods.id if goods else "")
    result = decide(complaint, situation(goods, CARDS))
    assert (result == taken(kind)) == (bool(text.strip()) and not UNSTORABLE.search(text))
    assert result == decide(complaint, situation(goods, CARDS))
