"""The receipt of a proposal: everything in it follows from what was read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tools.desk.actions import BY_KIND
from tools.desk.changes import token_of
from tools.desk.records import Proposal, Receipt
from tools.domain import (
    ORIGINAL,
    CancelOrder,
    ChangePayment,
    Money,
    OpenComplaint,
    StartExchange,
    StartRepair,
    StartReturn,
    order_id_of,
)


def receipt_of(proposal: Proposal, now: datetime) -> Receipt:
    """Made from the proposal alone, so that a repeated call can only repeat it."""
    command, effect = proposal.command, proposal.effect
    action, nothing = BY_KIND[proposal.kind], Money.zero(proposal.currency or "CNY")

    def part(name: str, default: Any) -> Any:
        return getattr(effect, name, default)

    return Receipt(
        id=f"RC-{token_of(proposal)}",
        proposal_id=proposal.id,
        kind=action.receipt,
        order_id=order_id_of(command),
        subject_id=f"{action.prefix}{token_of(proposal)}" if action.prefix else "",
        refund=part("refund", nothing),
        due=effect.charge.amount if isinstance(command, ChangePayment) else part("due", nothing),  # type: ignore[union-attr]
        postage=part("postage", nothing),
        postage_payer=part("postage_payer", "shop"),
        method_id=_method(proposal),
        at=now,
        data={"rule": effect.rule, "passage": effect.passage} | _more(proposal),
    )


def _method(proposal: Proposal) -> str:
    command = proposal.command
    if isinstance(command, StartReturn):
        return command.refund_to
    if isinstance(command, ChangePayment):
        return command.method_id
    if isinstance(command, CancelOrder):
        return ORIGINAL
    return str(getattr(proposal.effect, "method_id", ""))


def _more(proposal: Proposal) -> dict[str, str]:
    command, effect = proposal.command, proposal.effect
    if isinstance(command, CancelOrder | StartReturn | StartExchange):
        return {"reason": command.reason.value}
    if isinstance(command, StartRepair):
        return {"warranty_until": effect.warranty_until.isoformat()}  # type: ignore[union-attr]
    if isinstance(command, OpenComplaint):
        return {"kind": command.kind.value} | _taken(effect)
    return {}


def _taken(effect: Any) -> dict[str, str]:
    who = effect.department
    named = {"department_zh": who.zh, "department_en": who.en} if who.zh else {}
    return {"answer_hours": str(effect.answer_hours)} | named
