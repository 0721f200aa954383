"""Stage four: does what was decided, through the tools; nothing else in a turn writes to the shop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from agent.decide import confirm_replies
from agent.requests import start_return
from agent.types import Command, Decision, Part, ProposalRef, Request
from tools.desk.hand_over import hand_over
from tools.desk.proposals import confirm, propose, withdraw
from tools.desk.records import Proposal, Receipt
from tools.domain import HandOver, order_id_of
from tools.errors import ProposalError
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied
from tools.store.protocol import OrderStore


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: at most one of these, none where nothing was to be done."""

    proposal: Proposal | None = None
    receipt: Receipt | None = None
    denied: Denied | None = None
    renewed: bool = False
    hand_over: HandOver | None = None


def act(
    decision: Decision,
    store: OrderStore,
    cards: PolicyCards,
    conversation_id: str,
    customer_id: str | None,
    now: datetime,
) -> Outcome:
    """Carry out the decision's command. Policy is checked again by the tools themselves."""
    command = decision.command
    if command is None:
        return Outcome()
    if command.proposal is not None and command.kind in ("withdraw", "hand_over"):
        _withdraw(store, command.proposal, conversation_id, now)
    if command.kind == "hand_over":
        item = hand_over(store, conversation_id, customer_id or "", command.reason, _summary(command), now)
        return Outcome(hand_over=item)
    if customer_id is None or command.request is None:
        return Outcome()
    if command.kind == "propose_return":
        return _propose(store, cards, conversation_id, customer_id, command.request, now)
    if command.kind == "confirm" and command.proposal is not None:
        return _confirm(store, cards, conversation_id, customer_id, command.request, command.proposal, now)
    return Outcome()


def _summary(command: Command) -> str:
    """What the person should know: the requests that are still open, in the customer's words."""
    return "\n".join(f"{each.intent}: {each.text}" for each in command.open_requests)


def _withdraw(store: OrderStore, proposal: ProposalRef, conversation_id: str, now: datetime) -> None:
    try:
        withdraw(store, proposal.id, conversation_id, now)
    except ProposalError:
        # Executed or expired meanwhile: there is nothing left to take back.
        return


def _propose(
    store: OrderStore,
    cards: PolicyCards,
    conversation_id: str,
    customer_id: str,
    request: Request,
    now: datetime,
) -> Outcome:
    result = propose(store, cards, conversation_id, customer_id, start_return(request), now)
    return Outcome(denied=result) if isinstance(result, Denied) else Outcome(proposal=result)


def _confirm(
    store: OrderStore, cards: PolicyCards, conversation_id: str, customer_id: str, request: Request,
    proposal: ProposalRef, now: datetime,
) -> Outcome:  # fmt: skip
    try:
        result = confirm(store, cards, proposal.id, proposal.digest, conversation_id, customer_id, now)
    except ProposalError:
        # Too old, or it would do something else by now: read back what would happen today.
        return replace(_propose(store, cards, conversation_id, customer_id, request, now), renewed=True)
    return Outcome(denied=result) if isinstance(result, Denied) else Outcome(receipt=result)


def settle(decision: Decision, outcome: Outcome) -> Decision:
    """The decision as it turned out: a proposal gets its number, a refusal by the tools stays a refusal."""
    command = decision.command
    if command is None or command.request is None:
        return decision
    if outcome.proposal is not None:
        return _proposed(decision, outcome.proposal, command.request, outcome.renewed)
    if outcome.denied is not None:
        return _refused(decision, outcome.denied)
    return decision


def _proposed(decision: Decision, proposal: Proposal, request: Request, renewed: bool) -> Decision:
    reference = ProposalRef(proposal.id, proposal.digest, order_id_of(proposal.command))
    rest = decision.state.requests[1:] if decision.kind == "propose" else decision.state.requests
    state = replace(decision.state, requests=(request, *rest), proposal=reference, awaiting="confirmation")
    parts = (Part("proposal_renewed"), Part("proposal")) if renewed else decision.parts
    return replace(
        decision, kind="propose", parts=parts, awaiting="confirmation", state=state, rule=proposal.effect.rule,
        quick_replies=confirm_replies(state.language),
    )  # fmt: skip


def _refused(decision: Decision, denied: Denied) -> Decision:
    rest = decision.state.requests[1:] if decision.kind == "propose" else decision.state.requests
    state = replace(decision.state, requests=rest, proposal=None, awaiting=None)
    return replace(
        decision, kind="refuse", rule=denied.rule, awaiting=None, quick_replies=(), state=state,
        parts=(Part("denied", {"denied": denied, "order": None, "lines": []}),),
    )  # fmt: skip
