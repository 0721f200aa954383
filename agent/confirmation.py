"""What becomes of the proposal that waits: a yes, a no, a change, a question in the middle. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.asked import SERVED
from agent.complaint_words import asks_after
from agent.complaints import COMPLAINT, STATUS
from agent.documents import answers
from agent.questions import action_name, confirm_replies
from agent.request_queue import another, let_go, new_tasks, run_queue, run_rest
from agent.requests import serve
from agent.resolve.naming import words_for
from agent.tasks import TASKS, Desk, command_of, missing, read
from agent.types import Command, Decision, Evidence, Part, Request, State, Understanding
from agent.understand.agreement import agrees
from agent.understand.assent import other_action
from agent.understand.clauses import says
from agent.understand.understand import affirms, clear_yes, denies
from tools.domain import Language
from tools.policy.cards import PolicyCards

_REJECTS = re.compile(
    r"^\s*(?:no\b|not? that|wrong|that's (?:not|wrong)|不对|不是(?:这|那)|错了)", re.IGNORECASE
)
# Of money that is not on its way yet only the rule can be told.
_HOW_LONG = re.compile(
    r"几天|多久|多长时间|什么时候|多会儿|\bhow (?:long|many (?:business |working )?days|soon)\b|\bwhen (?:will|would|do|does|is|can)\b",
    re.IGNORECASE,
)
# Of a wish that is not said in words; the heads' probability.
_SURE = 0.9
_CORRECTING = re.compile(r"instead|actually|rather|改成|换成|还是|应该是", re.IGNORECASE)


def confirmation(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """A yes, a no, or a change to the proposal that waits; anything else leaves it waiting."""
    if state.awaiting != "confirmation" or state.proposal is None or not state.requests:
        return None
    withdrawal, rest = Command("withdraw", proposal=state.proposal), state.requests[1:]
    active = state.requests[0]
    plain = clear_yes(understanding.text) and not other_action(understanding.text, active.intent)
    if plain or agrees(understanding.text, active.intent):
        return _confirmed(understanding, evidence, state, cards)
    if moved := _moved_on(understanding, evidence, state):
        # A complaint comes on top of what was being done; everything else comes instead of it.
        kept = state.requests if all(each.intent == COMPLAINT for each in moved) else rest
        left = replace(state, requests=(*moved, *kept), proposal=None, awaiting=None)
        following = run_queue(left.requests, [], understanding, evidence, left, cards)
        parts = (Part("withdrawn_for_now", {"intent": state.requests[0].intent}), *following.parts)
        return replace(following, parts=parts, command=following.command or withdrawal)
    if changed := _changes(understanding, evidence, state, cards):
        fresh = run_queue((changed, *rest), [], understanding, evidence, replace(state, proposal=None), cards)
        return fresh if fresh.command else replace(fresh, command=withdrawal)
    names = words_for(active, evidence)
    if agrees(understanding.text, active.intent, names) or affirms(understanding, active.intent, names):
        return _confirmed(understanding, evidence, state, cards)
    if _REJECTS.search(understanding.text) or (denies(understanding) and not understanding.first("order_id")):
        left = replace(state, requests=rest, proposal=None, awaiting="anything_else")
        return let_go(active, withdrawal, "proposal.declined", understanding, evidence, left, cards)
    if understanding.act.label == "wait":
        return _keep(state, "proposal.wait", (Part("wait"),), understanding.language)
    return _between(understanding, evidence, state, cards) or _keep(
        state, "proposal.unclear", (Part("confirm_again"),), understanding.language
    )


def _moved_on(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    """Wishes of another kind, or for another order, than the one that waits: the customer goes on to them.

    They have to be there in words, or hardly in doubt: "on second thoughts I'll keep it" cancels no order.
    """
    active = state.requests[0]
    sure = {each.label for each in understanding.intents if each.probability >= _SURE}
    asking = understanding.act.label not in ("deny", "correct", "inform")
    return tuple(
        each
        for each in new_tasks(understanding, evidence, state)
        if another(each, active, evidence)
        and (each.intent == COMPLAINT or says(each.intent, each.text) or (asking and each.intent in sure))
    )


def _changes(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Request | None:
    """The pending request, where the message names something else for it: items, order, variant, method …"""
    active = state.requests[0]
    if evidence.identified is None or active.intent not in TASKS:
        return None
    if understanding.act.label in ("question", "ask_back") and not _CORRECTING.search(understanding.text):
        return None
    desk = Desk(evidence.identified, evidence, cards)
    # "That's wrong" is no reason for anything.
    changed = read(active, _REJECTS.sub("", understanding.text), understanding, desk)
    if understanding.act.label == "deny" and changed.items == active.items:
        changed = replace(changed, reason=active.reason)
    if missing(changed, desk):
        before = (active.order_id, active.lines, active.swaps)
        return changed if (changed.order_id, changed.lines, changed.swaps) != before else None
    # A worse mood or another language while a complaint waits changes nothing of what was read back.
    alike = replace(changed, mood=active.mood, urgent=active.urgent, language=active.language)
    return changed if command_of(alike) != command_of(active) else None


def _confirmed(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision:
    """Execute, then go on with what else was asked for."""
    active, rest = state.requests[0], state.requests[1:]
    done = Decision(
        "done", "proposal.confirmed", (Part("receipt"),), action=action_name(active.intent),
        command=Command("confirm", active, state.proposal),
        state=replace(state, requests=rest, proposal=None, awaiting="anything_else", confused=0),
        awaiting="anything_else",
    )  # fmt: skip
    if not rest:
        return done
    following = run_rest(understanding, evidence, replace(state, requests=rest, proposal=None), cards)
    return replace(
        done, parts=done.parts + following.parts, awaiting=following.awaiting or "anything_else",
        quick_replies=following.quick_replies, then=following.command,
        state=replace(following.state, last_order_id=state.last_order_id, awaiting=following.awaiting),
    )  # fmt: skip


def _between(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """A question in the middle: answered, then back to the proposal."""
    asked = [name for name in understanding.intent_names if name in SERVED and name not in TASKS]
    if asks_after(understanding.text):
        asked = [STATUS]
    if (
        asked[:1] in (["refund_status"], ["return_status"])
        and _HOW_LONG.search(understanding.text)
        and answers(evidence)
    ):
        asked = ["policy_question"]
    if not asked and understanding.act.label in ("question", "ask_back"):
        asked = ["policy_question"]
    if not asked:
        return None
    step = serve(Request(asked[0], understanding.text), understanding, evidence, cards, state.done)
    if not step.done:
        return None
    return _keep(
        state,
        step.rule,
        (*step.parts, Part("proposal_waits", {"intent": state.requests[0].intent})),
        understanding.language,
    )


def _keep(state: State, rule: str, parts: tuple[Part, ...], language: Language) -> Decision:
    return Decision(
        "ask", rule, parts, awaiting="confirmation",
        action=action_name(state.requests[0].intent) if state.requests else None,
        quick_replies=confirm_replies(language), state=state,
    )  # fmt: skip
