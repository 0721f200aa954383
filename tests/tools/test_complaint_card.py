"""The complaints card with handling plans: what is refused, and by which field that is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.builders import NOW, POLICIES
from tools.domain import ComplaintKind
from tools.errors import CardError
from tools.policy.card_file import read_yaml
from tools.policy.cards import load_card, load_policy_book, passages_of
from tools.policy.complaint_plans import ComplaintsCard

FILE = "complaints.card.yaml"
OLD = {
    "id": "complaints",
    "version": 1,
    "effective_from": "2026-01-01",
    "rules": {"open": {"answer_hours": 24, "passage": "complaints#times"}},
}


def loaded(folder: Path, data: dict[str, Any]) -> ComplaintsCard:
    path = folder / FILE
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    card = load_card(path)
    assert isinstance(card, ComplaintsCard)
    return card


def sample() -> dict[str, Any]:
    data = read_yaml(POLICIES / FILE)
    assert isinstance(data, dict)
    return data


def test_a_card_from_before_there_were_plans_still_holds(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(yaml.safe_dump(OLD).replace("'2026-01-01'", "2026-01-01"), encoding="utf-8")
    card = load_card(path)
    assert isinstance(card, ComplaintsCard)
    assert (card.answer_hours, card.handling) == (24, None)


def test_every_kind_has_a_plan_whether_urgent_or_not() -> None:
    card = load_policy_book(POLICIES).at(NOW).complaints
    assert card is not None and card.handling is not None
    for kind in ComplaintKind:
        for urgent in (False, True):
            plan = card.handling.plan_for(kind, urgent)
            assert plan.department in card.handling.departments
            assert plan.answer_hours <= card.answer_hours
    assert card.handling.plan_for(ComplaintKind.QUALITY, True).id == "unsafe_goods"
    assert card.handling.plan_for(ComplaintKind.OTHER, True).id == "other"
    assert card.handling.plan("gone").id == "other", "a plan that was taken out is not missed"


def test_the_passages_that_plans_stand_on_are_known() -> None:
    card = load_policy_book(POLICIES).at(NOW).complaints
    assert card is not None
    assert {passage for _, passage in passages_of(card)} == {
        "complaints#times", "complaints#escalation", "shipping#late"
    }  # fmt: skip


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


def plan(index: int, **fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["plans"][index].update(fields)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without("rules", "escalation"), "rules.escalation"),
        (without("rules", "open", "resolve_business_days"), "rules.open.resolve_business_days"),
        (without("currency"), "currency"),
        (without("departments", "logistics"), "'logistics' is not one of departments"),
        (plan(0, department="nobody"), "plans.unsafe_goods.department: 'nobody'"),
        (plan(0, escalate_to="nobody"), "plans.unsafe_goods.escalate_to: 'nobody'"),
        (
            plan(0, steps=[{"zh": "一", "en": "one", "department": "nobody", "hours": 1}]),
            "steps.0.department",
        ),
        (plan(0, steps=[{"zh": "", "en": "one", "department": "quality", "hours": 1}]), "plans.0.steps.0.zh"),
        (plan(0, answer_hours=25), "answer_hours: 25 is later than rules.open.answer_hours"),
        (plan(0, answer_hours=0), "plans.0.answer_hours"),
        (plan(0, resolve_hours=3), "resolve_hours: 3 is before the answer"),
        (plan(0, remind_before_hours=4), "remind_before_hours: 4 is not shorter"),
        (plan(0, kinds=["theft"]), "plans.0.kinds.0"),
        (plan(0, compensation={"rule": "x", "passage": "a#b"}), "needs an amount"),
        (plan(0, compensation={"rule": "x", "passage": "a#b", "share": "1.50"}), "compensation.share"),
        (plan(0, compensation={"rule": "x", "passage": "a#b", "amount": "5"}), "compensation.amount"),
        (plan(0, deputy="x"), "plans.0.deputy"),
        (plan(1, id="unsafe_goods"), "'unsafe_goods' stands twice"),
        (plan(-1, kinds=["other"]), "the last one has to take every complaint"),
        (plan(-1, urgent=False), "the last one has to take every complaint"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], named: str
) -> None:
    data = sample()
    change(data)
    with pytest.raises(CardError) as caught:
        loaded(tmp_path, data)
    assert FILE in str(caught.value)
    assert named in str(caught.value)


def test_amounts_are_in_the_currency_of_the_returns_card(tmp_path: Path) -> None:
    (tmp_path / "returns.card.yaml").write_text((POLICIES / "returns.card.yaml").read_text(encoding="utf-8"))
    loaded(tmp_path, sample() | {"currency": "USD"})
    with pytest.raises(CardError, match=rf"{FILE}: currency: USD"):
        load_policy_book(tmp_path)
