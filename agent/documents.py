"""What the documents say to a message: which of its questions they answer, and what else is nearly an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from agent.asking import SHORTEST, asks, says_much
from agent.in_subject import speaks_for_itself
from agent.premises import dictates, with_premise
from agent.product_facts import tells
from agent.resolve.pieces import read_pieces
from agent.types import Decision, DecisionKind, Evidence, Part, Score, Search, State, Understanding
from agent.understand.clauses import says, split_sentences
from tools.domain import Product

# Characters of a question that the conversation keeps.
MOST_REMEMBERED = 200
# The share of the threshold from which on a passage is shown as the nearest that there is, and called so.
NEAR = 0.25
# Of a message that also wants something done, only what is surely asked is answered besides.
_SURE = 0.5
# What a rule says, and no look at an order tells: how long, how much, who pays, in which case.
_OF_RULES = re.compile(
    r"多久|几天|多长|多少(?:个)?(?:天|小时|工作日)|几(?:个)?(?:小时|工作日)|最晚|截止|期限|多少钱|邮费|运费|费用|要钱|免费|扣|赔|补偿|保修|怎么算|谁[出付]|一定|条件|分期|质保|能再|还能|可不可以|能不能|能[退换改][^，。？]{0,3}不|规定"
    r"|how (?:long|many|soon|much)|what (?:do|will|would|can) (?:i|we) get\b|who pays|costs? (?:me|us|you|nothing|anything)|free of|for free|postage|shipping fee|fee\b|charge|compensat|warrant|guarantee|deadline|until when|by when|latest|last day|included|allowed|certain|instal?lments?|options|policy|rule",
    re.IGNORECASE,
)
# Whether somebody is owed something for what went wrong; it need not be put as a question.
_DEMANDS = re.compile(r"赔|补偿|\bcompensat|\bowe[ds]?\b|\bentitled\b", re.IGNORECASE)
_CERTAIN = 0.8
_FAINT = 0.02
# How long the shop stands in for goods is asked beside much else, in words that no passage has: where only one
# document says anything of it, the answer is there.
_VOUCHED = re.compile(r"保修|质保|\bwarrant|\bguarantee[ds]?\b", re.IGNORECASE)
_FAINT_BEST = 0.08
_STANDS_OUT = 6.0
_VERY_SURE = 0.85
# Below this an intent may well be another one.
_DOUBTFUL = 0.7
# How much a section that answers the whole message counts for one of its questions.
_CONTEXT = 0.8
# A question whose best section is told already is answered by its next best from this share of the best score.
_NEXT_BEST = 0.6
_DOING = frozenset({"done", "handover"})
# What is decided here says nothing yet to what was asked.
_LEAVES_OPEN = frozenset({"identity.needed", "talk.complaint", "confused"})
_ORDER_INTENTS = frozenset({"order_status", "tracking", "refund_status", "return_status"})
_SAID = frozenset({"policy", "approved"})
_ANSWERED = frozenset({"near", "no_answer", "receipt", "confirm_again", "still_refused"})


def answers(evidence: Evidence) -> tuple[Search, ...]:
    """The searches that the documents answer, one for each section, in the order of the message.

    The message as a whole is looked up first, since its questions on their own say less of what they are about. They
    are answered one by one where the documents answer several of them, or where the whole is too mixed.
    """
    found = [each for each in evidence.searches if _likely(each) >= evidence.threshold]
    whole = [each for each in found if each.whole]
    parts = [each for each in found if not each.whole and _belongs(each, evidence)]
    parts = _each_its_own([_in_context(each, evidence) for each in parts], evidence.threshold)
    several = len({each.topic for each in parts}) > 1
    known = {each.topic for each in whole}
    around = {hit.passage.topic for each in whole for hit in each.hits} - known
    surely = [each for each in parts if _likely(each) >= _SURE and each.topic in around]
    drawn = any(each.placed for each in parts)
    chosen = [*(whole if drawn else []), *parts] if several or not whole else [*surely, *whole]
    return tuple({each.topic: each for each in reversed(chosen)}.values())[::-1]


def _in_context(part: Search, evidence: Evidence) -> Search:
    """A question's sections, those first that also answer the message as a whole: "and the postage?" of an order abroad."""
    around = {hit.passage.topic: hit.score for each in evidence.searches if each.whole for hit in each.hits}
    ranked = sorted(part.hits, key=lambda hit: -(hit.score + _CONTEXT * around.get(hit.passage.topic, 0.0)))
    return replace(part, hits=tuple(ranked))


def _each_its_own(parts: list[Search], threshold: float) -> list[Search]:
    """Two questions are hardly answered by one section where another says nearly as surely what the second asks."""
    told: set[str] = set()
    found = []
    for part in parts:
        if part.topic in told:
            least = max(threshold, _NEXT_BEST * part.score)
            rest = tuple(hit for hit in part.hits if hit.passage.topic not in told and hit.score >= least)
            part = replace(part, hits=rest) if rest else part
        told.add(part.topic)
        found.append(part)
    return found


def _likely(search: Search) -> float:
    """How likely (0..1) the documents answer it. One question of several may have its answer in either of two
    sections of one document, of which neither is likely enough alone."""
    if search.whole or not search.hits:
        return search.score
    best = search.hits[0]
    document = best.passage.document_id
    others = max((hit.score for hit in search.hits if hit.passage.document_id != document), default=0.0)
    if best.score >= max(_FAINT_BEST, _STANDS_OUT * others) and _VOUCHED.search(search.question):
        return 1.0
    return min(1.0, sum(hit.score for hit in search.hits[:2] if hit.passage.document_id == document))


def _belongs(part: Search, evidence: Evidence) -> bool:
    """Whether a question of several is about what its hits say."""
    return part.placed or speaks_for_itself(part) or _of_one_subject(part, evidence)


def _of_one_subject(part: Search, evidence: Evidence) -> bool:
    """Whether what answers a question is also among what the message as a whole may be about.

    "Until when can it be issued?" on its own is about anything.
    """
    whole = [each for each in evidence.searches if each.whole]
    hits = [hit.passage for each in whole for hit in each.hits]
    short = bool(hits) and len(part.question) < 2 * SHORTEST[hits[0].language]
    if short and max(each.score for each in whole) < evidence.threshold:
        # "How much a month?" alone is about anything, and no section stands behind the whole.
        return any(
            hit.passage.topic == part.topic and hit.score >= _FAINT for each in whole for hit in each.hits
        )
    return not hits or part.hits[0].passage.document_id in {each.document_id for each in hits}


def nearest(evidence: Evidence) -> Search | None:
    """The search that comes nearest to an answer without being one."""
    best = next((each for each in evidence.searches if each.whole), None)
    return best if best and best.score >= evidence.threshold * NEAR else None


def as_documents_read(understanding: Understanding, evidence: Evidence, before: State) -> Understanding:
    """A question that the documents surely answer is one to them, where it is in doubt what else it wants.

    Never where a wish is said in words, an order or the customer's goods are named, or something is open.
    """
    text = understanding.text
    surely = any(each.whole and each.score >= _VERY_SURE for each in evidence.searches)
    doubtful = all(each.probability < _DOUBTFUL for each in understanding.intents)
    question = understanding.act.label in ("question", "ask_back") and asks(text)
    if (
        not (surely and doubtful and question and understanding.intents)
        or before.requests
        or before.awaiting == "confirmation"
    ):
        return understanding
    wished = any(says(each.label, text) for each in understanding.intents)
    own = any(read_pieces(text, order, evidence.products) for order in evidence.orders)
    if wished or own or understanding.first("order_id"):
        return understanding
    policy = Score("policy_question", evidence.searches[0].score)
    return replace(understanding, intents=(policy,), clauses=(), second_look=None)


def policy_parts(searches: Iterable[Search]) -> tuple[Part, ...]:
    return tuple(Part("policy", {"question": each.question, "hits": each.hits}) for each in searches)


def with_answers(
    decision: Decision, understanding: Understanding, evidence: Evidence, state: State
) -> Decision:
    """What else the message asks is answered too; what was answered is what a follow-up lives on."""
    decision = _answered_too(
        _described_too(decision, understanding, evidence), understanding, evidence, state
    )
    decision = with_premise(decision, understanding.text, evidence, understanding.language)
    templates = {part.template for part in decision.parts}
    question = next((each.question for each in evidence.searches if each.whole), "")
    kept = question[-MOST_REMEMBERED:] if templates & _SAID else decision.state.last_question
    return replace(decision, state=replace(decision.state, last_question=kept))


def _described_too(decision: Decision, understanding: Understanding, evidence: Evidence) -> Decision:
    """What else is asked of goods and their description tells comes first."""
    if decision.kind in _DOING or any(part.template == "product_facts" for part in decision.parts):
        return decision
    sentences = split_sentences(understanding.text)
    if len(sentences) < 2:
        return decision
    asked = [each for each in sentences if asks(each)]
    goods = evidence.named_products or _own_goods(understanding.text, evidence)
    told = [
        each for each in goods if any(tells(question, each, understanding.language) for question in asked)
    ]
    if len(told) != 1:
        return decision
    return replace(decision, parts=(Part("product_facts", {"product": told[0]}), *decision.parts))


def _own_goods(text: str, evidence: Evidence) -> tuple[Product, ...]:
    """Of what the customer bought, the products that a message speaks of."""
    pieces = [piece for order in evidence.orders for piece in read_pieces(text, order, evidence.products)]
    ids = dict.fromkeys(piece.line.product_id for piece in pieces)
    return tuple(evidence.products[each] for each in ids if each in evidence.products)


def _answered_too(
    decision: Decision, understanding: Understanding, evidence: Evidence, state: State
) -> Decision:
    """What else the message asks of the documents is answered too, before what the decision asks in turn.

    Somebody unknown who asks about a rule hears the rule, not only the question who they are.
    """
    templates = {part.template for part in decision.parts}
    if templates & _SAID:
        return replace(decision, parts=tuple(_after_an_answer(part) for part in decision.parts))
    doing = decision.kind in _DOING and decision.rule != "person.asked"
    if doing or state.awaiting == "confirmation" or templates & _ANSWERED:
        return decision
    found = answers(evidence)
    searches = tuple(each for each in _by_question(found, evidence) if _wanted(each, decision, understanding))
    if "proposal" in templates:
        besides = tuple(each for each in searches if _beside_proposal(each))
        return replace(decision, parts=(*policy_parts(besides), *decision.parts))
    said = policy_parts(searches)
    near = None if found else nearest(evidence)
    # "What kind of service is this" asks for nothing; who is angry hears what can be done instead.
    open_ = decision.rule in _LEAVES_OPEN and decision.rule != "talk.complaint"
    if near and open_ and _worth_a_look(near, decision) and not _of_orders(understanding):
        said = (Part("near"), *policy_parts((near,)))
    if not said:
        return decision
    if decision.rule == "confused":
        return _understood_after_all(decision, said, state)
    first = [part for part in decision.parts if part.template == "sorry"]
    rest = [_after_an_answer(part) for part in decision.parts if part.template != "sorry"]
    if decision.rule == "talk.complaint":
        first, rest = [Part("sorry", {"complaint": understanding.complaint.label})], []
    return replace(decision, parts=(*first, *said, *rest))


def _by_question(found: Iterable[Search], evidence: Evidence) -> list[Search]:
    """Beside another matter, the question that surely asks for a section stands for a message that does so in doubt."""
    parts = {each.topic: each for each in evidence.searches if not each.whole and _likely(each) >= _SURE}
    return [parts.get(each.topic, each) if each.whole and _likely(each) < _SURE else each for each in found]


def _worth_a_look(search: Search, decision: Decision) -> bool:
    """A question; where nothing else was understood and nothing waited for, whatever says enough."""
    lost = decision.rule == "confused" and decision.awaiting in (None, "anything_else")
    return asks(search.question) or (lost and says_much(search.question))


def _of_orders(understanding: Understanding) -> bool:
    """Whether an order is asked after: that is for the shop's data to answer once the customer is known."""
    return bool(_ORDER_INTENTS & set(understanding.intent_names)) or bool(understanding.first("order_id"))


def _understood_after_all(decision: Decision, said: tuple[Part, ...], before: State) -> Decision:
    """What the documents answer was understood; a question of ours that waits is put again."""
    near = said[0].template == "near"
    again: tuple[Part, ...] = ()
    if before.awaiting == "identity" and before.requests:
        request = before.requests[0]
        again = (Part("ask_identity", {"intent": request.intent, "order_id": None, "answered": True}),)
    state = replace(decision.state, confused=0, offered_person=near and not again)
    rule = "knowledge.near" if near else "knowledge.found"
    kind: DecisionKind = "ask" if decision.awaiting not in (None, "anything_else") else "answer"
    quick = decision.quick_replies if near else ()
    return replace(decision, kind=kind, rule=rule, parts=(*said, *again), state=state, quick_replies=quick)


def _wanted(search: Search, decision: Decision, understanding: Understanding) -> bool:
    if dictates(understanding.text) and search.score >= _SURE:
        return True
    if decision.rule == "talk.complaint" and search.score >= _CERTAIN and _DEMANDS.search(search.question):
        return True
    if not _worth_a_look(search, decision):
        return False
    if decision.rule in _LEAVES_OPEN:
        # "Where is W1000003?" has no answer but the order's own.
        return not understanding.first("order_id") or bool(_OF_RULES.search(search.question))
    if decision.rule.startswith(("talk.", "identity.")):
        return False
    if decision.rule == "person.asked":
        return not search.whole and search.score >= _SURE
    if decision.rule.startswith("data."):
        return search.score >= _SURE or bool(_OF_RULES.search(search.question))
    # Known customers hear of their own order what can be done; the rule besides only where it is what is asked.
    return _likely(search) >= _SURE and bool(_OF_RULES.search(search.question))


def _beside_proposal(search: Search) -> bool:
    """A proposal says the rule that it stands on: only what is owed, or surely asked on its own, is another matter."""
    surely = not search.whole and search.score >= _CERTAIN and bool(_OF_RULES.search(search.question))
    return surely or bool(_DEMANDS.search(search.question))


def _after_an_answer(part: Part) -> Part:
    """Who they are is asked for less bluntly where something has been answered already."""
    if part.template != "ask_identity":
        return part
    return Part(part.template, part.values | {"answered": True})
