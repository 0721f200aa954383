"""What the documents say to a message: which of its questions they answer, and what else is nearly an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from agent.types import Decision, Evidence, Part, Search, State, Understanding
from agent.understand.clauses import split_sentences

MOST_QUESTIONS = 3
# The share of the threshold from which on a passage is shown as the nearest that there is, and called so.
NEAR = 0.25
# Of a message that also wants something done, only what is surely asked is answered besides.
_SURE = 0.5
_SHORTEST = {"zh": 6, "en": 16}
_ASKS = re.compile(
    r"[?？]|多少|多久|多长|什么|怎么|咋|如何|几[天号点时个]|[吗么嘛]\s*[。！~～]*$|[能行可成对要会]不|有没有|能不能|可不可|是不是|会不会|哪|谁|啥|难道|还是|确认|[对是]吧|[能行可会要]?不\s*$"
    r"|\b(?:what|how|when|where|which|who|why|whose|confirm)\b|\bright\W*$|^\s*(?:and |but |so |also )?(?:is|are|do|does|did|will|would|can|could|should|may|am)\b",
    re.IGNORECASE,
)
# What a rule says, and no look at an order tells: how long, how much, who pays, in which case.
_OF_RULES = re.compile(
    r"多久|几天|多长|多少天|期限|多少钱|邮费|运费|费用|要钱|扣|赔|补偿|保修|怎么算|谁[出付]|一定|条件|能再|还能|可不可以|能不能|规定"
    r"|how (?:long|many|soon|much)|who pays|postage|shipping fee|fee\b|charge|compensat|warranty|deadline|until when|by when|allowed|certain|options|policy|rule",
    re.IGNORECASE,
)
# "…, and will you take the old one?", "…，另外怎么开票" begin another question.
_ANOTHER = re.compile(
    r"[,;]?\s+(?:and|also|plus)\s+(?=(?:also\s+)?(?:what|how|when|where|who|which|why|will|would|do|does|did|can|could|is|are|if)\b)"
    r"|[，,；;\s](?=(?:还有|另外|顺便|还想问|再问))",
    re.IGNORECASE,
)
_DOING = frozenset({"done", "handover"})
# What is decided here says nothing yet to what was asked.
_LEAVES_OPEN = frozenset({"identity.needed", "talk.complaint", "confused"})
_SAID = frozenset({"policy", "approved"})
_ANSWERED = frozenset({"near", "no_answer", "proposal", "receipt", "confirm_again"})


def asks(text: str) -> bool:
    """Whether a sentence is put as a question."""
    return bool(_ASKS.search(text))


def questions_of(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a message that are questions on their own, where it says more than one thing."""
    sentences = [part.strip(" ,，;；") for each in split_sentences(text) for part in _ANOTHER.split(each)]
    if len(sentences) < 2:
        return ()
    long = (each for each in sentences if len(each) >= _SHORTEST[language] and asks(each))
    return tuple(long)[:MOST_QUESTIONS]


def answers(evidence: Evidence) -> tuple[Search, ...]:
    """The searches that the documents answer, one for each section, in the order of the message.

    The message as a whole is looked up first, since its questions on their own say less of what they are about. They
    are answered one by one where the documents answer several of them, or where the whole is too mixed.
    """
    found = [each for each in evidence.searches if each.score >= evidence.threshold]
    whole = [each for each in found if each.whole]
    parts = [each for each in found if not each.whole and _of_one_subject(each, evidence)]
    several = len({each.topic for each in parts}) > 1
    chosen = parts if several or not whole else whole
    return tuple({each.topic: each for each in reversed(chosen)}.values())[::-1]


def _of_one_subject(part: Search, evidence: Evidence) -> bool:
    """Whether what answers a question is also among what the message as a whole may be about.

    "Until when can it be issued?" on its own is about anything.
    """
    about = {hit.passage.topic for each in evidence.searches if each.whole for hit in each.hits}
    return not about or part.topic in about


def nearest(evidence: Evidence) -> Search | None:
    """The search that comes nearest to an answer without being one."""
    best = next((each for each in evidence.searches if each.whole), None)
    return best if best and best.score >= evidence.threshold * NEAR else None


def policy_parts(searches: Iterable[Search]) -> tuple[Part, ...]:
    return tuple(Part("policy", {"question": each.question, "hits": each.hits}) for each in searches)


def with_answers(
    decision: Decision, understanding: Understanding, evidence: Evidence, state: State
) -> Decision:
    """What else the message asks of the documents is answered too, before what the decision asks in turn.

    Somebody unknown who asks about a rule hears the rule, not only the question who they are.
    """
    templates = {part.template for part in decision.parts}
    if templates & _SAID:
        return replace(decision, parts=tuple(_after_an_answer(part) for part in decision.parts))
    if decision.kind in _DOING or state.awaiting == "confirmation" or templates & _ANSWERED:
        return decision
    found = answers(evidence)
    searches = tuple(each for each in found if _wanted(each, decision))
    said = policy_parts(searches)
    near = None if found else nearest(evidence)
    if near and decision.rule in _LEAVES_OPEN and asks(near.question):
        said = (Part("near"), *policy_parts((near,)))
    if not said:
        return decision
    first = [part for part in decision.parts if part.template == "sorry"]
    rest = [_after_an_answer(part) for part in decision.parts if part.template != "sorry"]
    if decision.rule == "talk.complaint":
        first, rest = [Part("sorry", {"complaint": understanding.complaint.label})], []
    return replace(decision, parts=(*first, *said, *rest))


def _wanted(search: Search, decision: Decision) -> bool:
    if not asks(search.question):
        return False
    if decision.rule in _LEAVES_OPEN:
        return True
    if decision.rule.startswith(("talk.", "identity.")):
        return False
    # Known customers hear of their own order what can be done; the rule besides only where it is what is asked.
    return search.score >= _SURE and bool(_OF_RULES.search(search.question))


def _after_an_answer(part: Part) -> Part:
    """Who they are is asked for less bluntly where something has been answered already."""
    if part.template != "ask_identity":
        return part
    return Part(part.template, part.values | {"answered": True})
