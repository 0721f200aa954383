"""What a refusal compared vouches for the figures that it names, and for no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from agent.types import Part
from eval.playing.knowing import Library, ShopFacts
from eval.replies.known import Known
from eval.replies.sample import sample_shop
from service.schema import Turn
from service.trace import _part
from tools.policy.verdict import Denied

LOW = Denied("order_changes.items", "order-changes#items", "gift_card_too_low", "",
             {"balance": "¥41.00", "needed": "¥870.00"})  # fmt: skip


def known_after(*parts: dict[str, Any]) -> set[str]:
    trace = {"retrieval": {"hits": []}, "action": {}, "decision": {"parts": list(parts)}}
    turn = SimpleNamespace(citations=(), reply="", receipts=(), decision=SimpleNamespace(kind="refuse"))
    facts = ShopFacts(sample_shop(), ZoneInfo("Asia/Shanghai"))
    found = facts.with_turn(Known(), cast(Turn, turn), trace, Library({}, {}))
    return {each.value for each in found.facts if each.kind == "money"}


def test_the_trace_of_a_refusal_says_what_was_compared() -> None:
    values = _part(Part("denied", {"denied": LOW}))["values"]
    assert values["denied.needed"] == "¥870.00" and values["denied.reason"] == "gift_card_too_low"


def test_what_a_refusal_compared_may_be_told() -> None:
    assert known_after(_part(Part("denied", {"denied": LOW}))) == {"41.00 CNY", "870.00 CNY"}


@pytest.mark.parametrize("template", ["policy", "proposal", "generated"])
def test_the_values_of_other_parts_vouch_for_nothing(template: str) -> None:
    assert known_after({"template": template, "values": {"text": "¥870.00"}}) == set()
