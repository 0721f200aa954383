"""Stage four: does what was decided, through the tools; nothing else in a turn writes to the shop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from agent.questions import confirm_replies
from agent.tasks import command_of
from agent.types import Command, Decision, Done, Part, ProposalRef, Request, State
from prompts.render import Texts
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
    texts: Texts | None = None,
) -> Outcome:
    """Carry out the decision's command. Policy is checked again by the tools themselves.

    `texts` are those of the shop, by default the built-in ones.
    """
    command = decision.command
    if command is None:
        return Outcome()
    if command.proposal is not None and command.kind in ("withdraw", "hand_over"):
        _withdraw(store, command.proposal, conversation_id, now)
    if command.kind == "hand_over":
        summary = _summary(command, texts or Texts(cards.timezone))
        item = hand_over(store, conversation_id, customer_id or "", command.reason, summary, now)
        return Outcome(hand_over=item)
    if customer_id is not None and command.kind == "withdraw":
        return _go_on(Outcome(), decision, store, cards, conversation_id, customer_id, now)
    if customer_id is None or command.request is None:
        return Outcome()
    if command.kind == "propose":
        return _propose(store, cards, conversation_id, customer_id, command.request, now)
    if command.kind == "confirm" and command.proposal is not None:
        outcome = _confirm(store, cards, conversation_id, customer_id, command.request, command.proposal, now)
        if outcome.receipt is None:
            return outcome
        return _go_on(outcome, decision, store, cards, conversation_id, customer_id, now)
    return Outcome()


def _go_on(
    outcome: Outcome, decision: Decision, store: OrderStore, cards: PolicyCards, conversation_id: str,
    customer_id: str, now: datetime,
) -> Outcome:  # fmt: skip
    """The next wish of the queue is proposed, on the shop as it is by now."""
    following = decision.then
    if following is None or following.request is None:
        return outcome
    result = _propose(store, cards, conversation_id, customer_id, following.request, now)
    return replace(outcome, proposal=result.proposal, denied=result.denied)


def _summary(command: Command, texts: Texts) -> str:
    """What the person should know, to be read at a glance, in the language of the conversation."""
    if command.note is None:
        return ""
    return texts.render(command.note.language, "hand_over_note", note=command.note)


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
    result = propose(store, cards, conversation_id, customer_id, command_of(request), now)
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
    if outcome.receipt is not None:
        decision = replace(decision, state=_noted(decision.state, outcome.receipt))
    gone_on = outcome.receipt is not None or _withdrawn(decision)
    following = decision.then if gone_on else decision.command
    if following is None or following.request is None:
        return decision
    if outcome.proposal is not None:
        return _proposed(decision, outcome.proposal, following.request, outcome.renewed)
    if outcome.denied is not None:
        return _refused(decision, outcome.denied, following.request)
    return decision


def _withdrawn(decision: Decision) -> bool:
    return decision.command is not None and decision.command.kind == "withdraw"


def _noted(state: State, receipt: Receipt) -> State:
    """The conversation remembers what it has brought about: "how much do I get back in all?"."""
    currency = receipt.refund.currency
    note = Done(
        receipt.kind, receipt.order_id, str(receipt.refund.amount), str(receipt.due.amount), currency,
        receipt.subject_id, receipt.id,
    )  # fmt: skip
    # What somebody was angry about has been put on record now.
    grievance = None if receipt.kind == "complaint_opened" else state.grievance
    return replace(state, done=(*state.done, note), grievance=grievance)


def _proposed(decision: Decision, proposal: Proposal, request: Request, renewed: bool) -> Decision:
    reference = ProposalRef(proposal.id, proposal.digest, order_id_of(proposal.command), proposal.kind)
    after_receipt = decision.kind == "done" and not renewed
    rest = decision.state.requests
    if decision.kind == "propose" or after_receipt:
        rest = rest[1:]
    state = replace(decision.state, requests=(request, *rest), proposal=reference, awaiting="confirmation")
    parts = (Part("proposal_renewed"), Part("proposal")) if renewed else decision.parts
    return replace(
        decision, kind="done" if after_receipt else "propose", parts=parts, awaiting="confirmation",
        state=state, rule=decision.rule if after_receipt else proposal.effect.rule,
        quick_replies=confirm_replies(state.language),
    )  # fmt: skip


def _refused(decision: Decision, denied: Denied, request: Request) -> Decision:
    after_receipt = decision.then is not None and decision.kind == "done"
    rest = decision.state.requests
    if decision.kind == "propose" or after_receipt:
        rest = rest[1:]
    state = replace(decision.state, requests=rest, proposal=None, awaiting="anything_else")
    refusal = Part("denied", {"denied": denied, "order": None, "lines": [], "intent": request.intent})
    goes_on = after_receipt or _withdrawn(decision)
    kept = tuple(part for part in decision.parts if part.template != "proposal") if goes_on else ()
    return replace(
        decision, kind="done" if after_receipt else "refuse", awaiting="anything_else", quick_replies=(),
        rule=decision.rule if after_receipt else denied.rule, state=state, parts=(*kept, refusal),
    )  # fmt: skip
