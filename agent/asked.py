"""What a message asks for: new requests, or an answer to the question that was put. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.asking import asks, questions_of
from agent.complaint_words import asks_after, asks_how, files_complaint, stands_beside
from agent.complaints import COMPLAINT, STATUS, new_complaint
from agent.introductions import only_introduces
from agent.requests import LOOK_UP, ORDER_INTENTS
from agent.resolve.lines import named_items, named_order
from agent.resolve.pieces import read_pieces
from agent.tasks import TASKS
from agent.types import Clause, Entity, Evidence, Request, State, Understanding
from agent.understand.clauses import says, split_sentences
from agent.understand.labels import KNOWLEDGE_INTENTS

SERVED = ORDER_INTENTS | KNOWLEDGE_INTENTS | TASKS
_RETURNING = re.compile(r"退(?!款)|\breturn|send .{0,20}back", re.IGNORECASE)
_PROGRESS = re.compile(
    r"程度|进度|到哪一?步|到哪了|怎么样了|取(?:走|件)?了(?:没|吗)|来取|(?:啥时候|什么时候|何时|几点|哪天)[^，。？]{0,6}(?:上门|来[取拿收])|上门[取拿收]|收到(?:没|了吗)|退没退|处理(?:完|好)了|办(?:完|好)了|how far|status|progress|picked up|received|arrived yet|any news",
    re.IGNORECASE,
)
_UNDER_WAY = re.compile(
    rf"{_PROGRESS.pattern}|我[^，。？]{{0,8}}(?:申请|办|提交)(?:过|了|的)[^，。？]{{0,6}}退|\b(?:the|my) (?:return|refund) (?:that )?i(?:['’]ve| have)? (?:asked|requested|opened|filed|started|applied|made)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"[今明后]天能?[到送]|签收|[能会]到吧|送到[^，。？！!?]{0,8}没|送过来|发了没|什么时候[到发送]|啥时候[到发送]|到哪|哪天[到发送]|几号[到发送]|发货了|打包没|出库没|\bdue\b|\beta\b|arriv|get here|on its way|gone out|set off|shipped yet|where is",
    re.IGNORECASE,
)
# When the order just spoken of did come.
_CAME = re.compile(
    r"(?:送|寄|签)?[到收](?:货)?的(?:来着|呢|呀|啊|[?？]|$)|\b(?:was|were) (?:it|they|that) (?:delivered|signed for)\b|\bdid (?:it|they|that|(?:the|my) (?:\w+ ){1,3}?)\s?(?:come|arrive|land|turn up|get here|get delivered)\b",
    re.IGNORECASE,
)
_REFUND_IT = re.compile(
    r"\brefund (?:it|me|this|that|them|these|those|the|my)\b(?! (?:status|yet))|(?:给我|把[^，。]{1,12}|全额|直接)退(?:款|钱|了)",
    re.IGNORECASE,
)
_READS_ADDRESS = re.compile(
    r"(?:哪个|什么|哪里的|哪儿的|啥)地址|(?:填|写|留)的?[^，。？]{0,8}(?:地方|地址|门牌)[^，。？]{0,6}(?:哪|什么|啥|多少)|哪个门牌|几[幢栋号]楼?几[室号]|地址[^，。？]{0,8}(?:哪个|是什么|是啥|哪里|哪儿|念|读|报|核对|确认一下|对不对)|(?:念|读|报)(?:一下|给我|出来)|寄(?:到|往)(?:了)?(?:哪|什么地方)"
    r"|\b(?:which|what) (?:flat|apartment|apt|house|street|unit|door|building)\b|\b(?:which|what)(?:['’]s| is| was)?\b[^.?!]{0,20}\baddress\b|\bread\b[^.?!]{0,40}\b(?:back|out|aloud)\b|\baddress\b[^.?!]{0,20}\b(?:do you have|on file|did i (?:give|enter|put|use))|\bwhere (?:is|was) [^.?!]{0,15}\b(?:sent|going|addressed)\b",
    re.IGNORECASE,
)
# What was chosen or bought is to be told, not to be changed.
_RECALLS = re.compile(
    r"我(?:当时|那会儿|上次)?(?:都)?(?:选|拍|买)(?:的是|了)[^，。？]{0,3}(?:哪|什么|啥)|买了些?(?:啥|什么)"
    r"|\b(?:did i|have i|i did) (?:\w+ )?(?:pick|choose|chosen|order|ordered|select|selected|go for)\b|\bwhich (?:one )?did i\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"改(?!天)|换|更(?:新|正)|写错|填错|新地址|\b(?:chang|updat|correct|switch|replac|redirect|edit|amend)\w*|\bnew address\b|\binstead\b|\bwrong\b|\bsend it to\b",
    re.IGNORECASE,
)
# "It's about the kettle you sent me": what will be asked is about that order.
_SPEAKS_OF = re.compile(
    r"(?:问|说|咨询|关于|聊)[一下]{0,2}[^，。？]{1,12}(?:那|这)?[一个笔]?(?:单|件|个事|的事)|\b(?:it['’]?s|this is|question|asking|query|message|writing)?\s?(?:about|regarding|concerning)\b",
    re.IGNORECASE,
)
_CHAT = frozenset({"smalltalk", "out_of_scope"})
_DOUBTFUL = 0.4
_LETTERS = re.compile(r"[\w]", re.UNICODE)
_NUMBER = re.compile(r"(?<![A-Za-z0-9])W\d{7}(?!\d)", re.IGNORECASE)
# Orders that stand side by side, with nothing but an "and" between them.
_LISTED = re.compile(
    rf"{_NUMBER.pattern}(?:\s*(?:,|，|、|&|\+|和|跟|与|以及|还有|\band\b)+\s*(?:order |订单)?{_NUMBER.pattern})+",
    re.IGNORECASE,
)


def new_requests(understanding: Understanding, evidence: Evidence, state: State) -> tuple[Request, ...]:
    """One request for each thing that is asked, in the order of the message; questions of knowledge are one search."""
    if only_introduces(understanding, state):
        return ()
    requests: list[Request] = []
    for clause in _with_their_grounds(_clauses(understanding)):
        requests += _of_clause(clause, understanding, evidence, requests)
    requests = [_followed(each, evidence) for each in _without_echoes(requests, evidence)]
    requests = _with_complaint(requests, understanding, state)
    requests += _order_beside(requests, understanding, evidence)
    if not requests and not state.requests and _same_again(understanding, evidence, state):
        return (Request(state.last_intent or "order_status", understanding.text, state.last_order_id),)
    if not requests and _speaks_of_order(understanding, evidence):
        return (Request("order_status", understanding.text, understanding.first("order_id")),)
    if not requests and _hardly_chat(understanding):
        names = _unspoken(understanding, evidence)
        requests = [Request(name, understanding.text, understanding.first("order_id")) for name in names]
    return tuple(requests)


def _hardly_chat(understanding: Understanding) -> bool:
    """Whether nothing is wanted that has a name, or a question is chat only in doubt: then it may well be one for us."""
    question = understanding.act.label in ("question", "ask_back") and asks(understanding.text)
    doubtful = all(each.label in _CHAT and each.probability < _DOUBTFUL for each in understanding.intents)
    return not understanding.intents or (question and doubtful)


def _followed(request: Request, evidence: Evidence) -> Request:
    """ "I'm sending the shirt back, how far is it?" asks after the return there is; it wants no second one."""
    under_way = any(order.returns for order in evidence.orders)
    if request.intent == "return_item" and under_way and _UNDER_WAY.search(request.text):
        return replace(request, intent="return_status")
    if request.intent in ("change_address", "update_profile") and reads_address(request.text):
        return replace(request, intent="order_status")
    if request.intent in TASKS and _RECALLS.search(request.text) and not says(request.intent, request.text):
        return replace(request, intent="order_status")
    return request


def reads_address(text: str) -> bool:
    """ "Which address is on it? Read it back to me": to be told, not to be changed."""
    return bool(_READS_ADDRESS.search(text)) and not _CHANGES.search(text)


def _order_beside(requests: list[Request], understanding: Understanding, evidence: Evidence) -> list[Request]:
    """ "When is the kettle due, and what warranty has it got?": the first is for the order to tell."""
    known = [each.intent for each in requests if each.intent in KNOWLEDGE_INTENTS]
    if not known or len(known) + sum(each.intent in TASKS for each in requests) < len(requests):
        return []
    questions = questions_of(understanding.text, understanding.language)
    if len(known) == len(requests):
        due = (
            len(questions) > 1
            and _DUE.search(understanding.text)
            and names_own_goods(understanding.text, evidence)
        )
        if due:
            return [Request("order_status", understanding.text)]
        sentences = split_sentences(understanding.text)
        waited = [each for each in sentences if _DUE.search(each) and names_own_goods(each, evidence)]
        if waited and len(sentences) > 1:
            return [Request("order_status", waited[0])]
    about = (each for each in questions if _DUE.search(each) and _NUMBER.search(each))
    return [Request("order_status", each) for each in about][:1] if len(questions) > 1 else []


def _with_complaint(requests: list[Request], understanding: Understanding, state: State) -> list[Request]:
    """A complaint is asked for in words, not by a mood; what else the message wants comes before it."""
    text = understanding.text
    if files_complaint(text):
        wanted = [each for each in requests if stands_beside(each.intent, each.text)]
        return [*wanted, new_complaint(understanding, state)]
    if asks_after(text):
        return [*(each for each in requests if says(each.intent, each.text)), Request(STATUS, text)]
    return [Request("policy_question", text)] if asks_how(text) and not requests else requests


def _clauses(understanding: Understanding) -> tuple[Clause, ...]:
    return understanding.clauses or (Clause(understanding.text, understanding.intent_names),)


def _with_their_grounds(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """What only complains stands with the wish beside it: "The coat's seam came apart. Return please." """
    found: list[Clause] = []
    waiting = ""
    for clause in clauses:
        wishes = [name for name in clause.intents if name in SERVED and name != COMPLAINT]
        if clause is not clauses[-1] and not wishes:
            waiting = f"{waiting} {clause.text}".strip()
            continue
        if found and not wishes and not waiting:
            found[-1] = Clause(f"{found[-1].text} {clause.text}", found[-1].intents)
            continue
        found.append(Clause(f"{waiting} {clause.text}".strip(), clause.intents))
        waiting = ""
    return tuple(found)


def _without_echoes(requests: list[Request], evidence: Evidence) -> list[Request]:
    """The same wish in other words is one: "Can you take them back? I want to return them." """
    found: list[Request] = []
    for request in requests:
        twin = next((each for each in found if each.intent == request.intent), None)
        echoes = twin and request.intent in TASKS and not _names_something(request, twin, evidence)
        if twin is None or not echoes:
            found.append(request)
        else:
            found[found.index(twin)] = replace(twin, text=f"{twin.text} {request.text}")
    return found


def _names_something(request: Request, before: Request, evidence: Evidence) -> bool:
    """Whether a wish names an order or goods that the one before did not."""
    if request.order_id not in (None, before.order_id):
        return True
    text = _NUMBER.sub(" ", request.text)
    fresh = _NUMBER.findall(request.text) and not set(_NUMBER.findall(request.text)) <= set(
        _NUMBER.findall(before.text)
    )
    return bool(fresh) or names_own_goods(text, evidence)


def _each_order(request: Request) -> list[Request]:
    """ "Cancel W1000002 and W1000006": one wish for each of the orders that are listed."""
    listed = _LISTED.search(request.text)
    if request.intent not in TASKS or listed is None:
        return [request]
    numbers = dict.fromkeys(_NUMBER.findall(listed.group()))
    return [replace(request, order_id=number.upper()) for number in numbers]


def _of_clause(
    clause: Clause, understanding: Understanding, evidence: Evidence, before: list[Request]
) -> list[Request]:
    single = clause.text == understanding.text
    whole = understanding if single else replace(understanding, text=clause.text)
    heard = (_wanted_back(name, clause, understanding) for name in clause.intents)
    served = [name for name in heard if name in SERVED and name != COMPLAINT]
    # "The return period is over, can it still be mended?" wants no return.
    settled = {"return_item", "repair"} & set(served)
    names = served if settled else [_about_order(name, whole, evidence) for name in served]
    # Which of two is likelier may turn on the digits of a number: what is asked in particular comes first.
    particular = bool({"refund_status", "return_status"} & set(names))
    names = sorted(names, key=lambda name: particular and name == "order_status")
    # Both tell how it stands and where it is.
    names = [name for name in names if name != "tracking" or names[:1] != ["order_status"]]
    found: list[Request] = []
    for name in dict.fromkeys(names):
        if name in KNOWLEDGE_INTENTS and any(each.intent in KNOWLEDGE_INTENTS for each in (*before, *found)):
            continue
        number = understanding.first("order_id") if single else _its_order(clause, understanding, evidence)
        found += _each_order(Request(name, clause.text, number))
    return found


def _wanted_back(name: str, clause: Clause, understanding: Understanding) -> str:
    """ "I don't want the kettle any more, refund it" asks for a refund, not after one."""
    names = understanding.intent_names
    wanted = name == "refund_status" and "return_item" in names and "refund_status" not in names
    return "return_item" if wanted and _REFUND_IT.search(clause.text) else name


def _its_order(clause: Clause, understanding: Understanding, evidence: Evidence) -> str | None:
    """ "Make the sweater of W1000002 an L, and change the address": one order was named, and holds for both."""
    numbers = set(understanding.values("order_id"))
    if len(numbers) != 1 or clause.text == understanding.text:
        return None
    elsewhere = [
        order
        for order in evidence.orders
        if order.id not in numbers and read_pieces(clause.text, order, evidence.products)
    ]
    return None if elsewhere else next(iter(numbers))


def _unspoken(understanding: Understanding, evidence: Evidence) -> list[str]:
    """What a message without a clear intent most likely wants; none of it does anything by itself."""
    if understanding.act.label in ("question", "request", "ask_back"):
        return [_about_order("policy_question", understanding, evidence)]
    if understanding.first("reason") and named_order(understanding, evidence.orders):
        # "I don't want the phone case any more."
        return ["return_item"]
    return ["order_status"] if understanding.first("order_id") else []


def _speaks_of_order(understanding: Understanding, evidence: Evidence) -> bool:
    text = understanding.text
    return bool(_SPEAKS_OF.search(text)) and not asks(text) and names_own_goods(text, evidence)


def _about_order(name: str, understanding: Understanding, evidence: Evidence) -> str:
    """A rule asked about one order is a question about that order.

    "When will it arrive?" means the one just spoken of; "can W1000001 be returned?" wants its own answer, which
    reads back what would happen and does nothing.
    """
    if name in KNOWLEDGE_INTENTS and understanding.first("order_id") and reads_address(understanding.text):
        return "order_status"
    order = evidence.order
    under_way = order is not None and order.status.value in ("pending", "processed", "shipped")
    spoken_of = order is not None or names_own_goods(understanding.text, evidence)
    came = spoken_of and _CAME.search(understanding.text)
    if name == "delivery_time" and (
        understanding.first("order_id") or under_way or came or _awaits(understanding.text, evidence)
    ):
        return "order_status"
    if (
        name == "policy_question"
        and _RETURNING.search(understanding.text)
        and (understanding.first("order_id") or names_own_goods(understanding.text, evidence))
    ):
        return "return_item"
    return name


def _awaits(text: str, evidence: Evidence) -> bool:
    """Whether a text names goods of the customer's that are still to come."""
    return any(
        order.delivered_at is None and order.status.value in ("pending", "processed", "shipped")
        and read_pieces(text, order, evidence.products)
        for order in evidence.orders
    )  # fmt: skip


def names_own_goods(text: str, evidence: Evidence) -> bool:
    return any(read_pieces(text, order, evidence.products) for order in evidence.orders)


def _same_again(understanding: Understanding, evidence: Evidence, state: State) -> bool:
    """ "Then the sneakers": the same wish as before, for something else of the same order."""
    if state.last_intent in (None, COMPLAINT) or evidence.order is None:
        return False
    return bool(named_items(understanding, evidence.order)) and not understanding.intents


def only_fills(understanding: Understanding, state: State) -> bool:
    """An answer to what was just asked: a number, a mail address, a choice, with hardly a word around it."""
    if not state.requests or state.awaiting is None:
        return False
    if any(says(name, clause.text) for clause in understanding.clauses for name in clause.intents):
        return False
    text = understanding.text
    if files_complaint(text) or asks_after(text):
        return False
    for entity in sorted(_facts(understanding), key=lambda e: -e.start):
        text = text[: entity.start] + text[max(entity.end, entity.start) :]
    short = len(_LETTERS.findall(text)) <= 8
    if state.awaiting in ("items", "reason", "order_id", "new_item", "address", "payment_method"):
        return short or understanding.act.label not in ("question", "ask_back")
    return short or understanding.act.label in ("inform", "affirm", "correct")


def _facts(understanding: Understanding) -> tuple[Entity, ...]:
    """What may answer a question of ours; "within 7 days" answers none."""
    return tuple(each for each in understanding.entities if each.kind != "duration")


def moves_on(understanding: Understanding, evidence: Evidence, state: State) -> bool:
    """Whether the message moves the first open request on."""
    if state.awaiting == "identity":
        return evidence.identified is not None
    if state.awaiting in ("new_item", "address", "payment_method", "reason"):
        return True
    if _facts(understanding) or LOOK_UP.search(understanding.text):
        return True
    order = next((o for o in evidence.orders if o.id == state.requests[0].order_id), evidence.order)
    if order is not None and named_items(understanding, order):
        return True
    return named_order(understanding, evidence.orders) is not None
