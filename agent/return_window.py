"""Until when goods of the customer's may come back, told to who asks whether or until when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.questions import Step
from agent.resolve.lines import remaining
from agent.resolve.pieces import read_pieces
from agent.tasks import Desk, check
from agent.types import Part, Request
from agent.understand.clauses import split_sentences
from tools.domain import Money, Order, OrderLine, ReturnItem, ReturnReason
from tools.policy.decide import Allowed
from tools.policy.returns import ReturnAllowed
from tools.policy.verdict import Denied
from tools.policy.windows import last_day

MOST_LINES = 4
_BACK = (
    r"退(?![款钱休出])|不想要|不要了|后悔|不喜欢|无理由|价保"
    r"|\breturn(?:s|ed|ing|able)?\b|\b(?:sen[dt]|sending|go|goes|going|give|giving|take|taking|bring|ship)\b[^.?!]{0,30}\bback\b|\bregret\b|\bchang\w* my mind\b"
    r"|\b(?:do|did|don['’]?t|didn['’]?t|not) (?:just |simply |really )?(?:want|like|need)\b|\bgone off\b"
)
_UNTIL = (
    r"最[晚迟后]|截止|期限|过期|过了[没吗]|过没过|来得及|还有(?:几天|多少天|多久|时间)|哪[一]?天|几号|多少天|几天|什么时候|啥时候"
    r"|还?[能可](?:以)?[^，。？!！]{0,8}(?:退|换)|(?:退|换)[^，。？!！]{0,6}(?:吗|么|不|成|行|嘛|没)|能不能|可不可以|行不行|哪[件个些双条]"
    r"|\b(?:by|until|till|before)\b[^.?!]{0,12}\b(?:what|which|when)\b|\b(?:what|which) (?:date|day)\b|\blast (?:day|date|moment)\b|\bdeadline\b|\bhow (?:long|many days|much time)\b|\btoo late\b|\bin time\b|\bpast it\b"
    r"|\btime left\b|\bis there time\b|\b(?:can|could|may|might|am i|are|is)\b[^.?!]{0,60}\b(?:still|back|return\w*|allowed)\b|\bwhich (?:one|of|can|could)\b|\bwhen\b[^.?!]{0,30}\blatest\b|\bgot till\b|\bhave (?:i|we) (?:got )?(?:till|until)\b"
)
# As long as nobody knows which goods are meant there is nothing to say of their days.
_WHICH = ("order_id", "items")
_ASKS_WHETHER = re.compile(rf"(?=.*(?:{_BACK}))(?=.*(?:{_UNTIL}))", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Window:
    """One line of an order. Days are the last ones on which a return may be asked for, ISO, "" where there is no limit.

    `state` is that of a return without a reason: "open", "closed" (its day is over), "excluded" (there is none for these
    goods); `postage` is what the customer pays for it, `payer` who does. `fault` says that a return for a
    fault is still open; `passages` are the sections of the rules.
    """

    line: OrderLine
    state: str
    free_day: str
    postage: Money | None
    payer: str
    fault: bool
    fault_day: str
    passages: tuple[str, ...]


def asks_whether(text: str) -> bool:
    """Whether a message asks if, or until when, something can be sent back."""
    return bool(_ASKS_WHETHER.search(text))


def with_windows(step: Step, message: str, desk: Desk) -> Step:
    """The same step, with the days of the goods that are named before it, where a sentence of the message asks for them.

    "Can each of them still go back?" names what the sentences before it do.
    """
    if step.kind == "refuse" or step.request.asked in _WHICH:
        return step
    asking = (each for each in split_sentences(message) if asks_whether(each))
    found = (tuple(windows_of(each, desk)) or tuple(windows_of(message, desk)) for each in asking)
    parts = next((each for each in found if each), ())
    if not parts:
        return step
    if step.rule in ("knowledge.none", "knowledge.near"):
        return Step("answer", "data.return_window", parts, True, step.request, awaiting="anything_else")
    return replace(step, parts=(*parts, *step.parts))


def windows_of(text: str, desk: Desk) -> Iterator[Part]:
    """One part for each delivered order of which something is named."""
    told = 0
    for order in desk.evidence.orders:
        if order.delivered_at is None:
            continue
        pieces = read_pieces(text, order, desk.evidence.products)
        lines = {piece.line.line_no: piece.line for piece in pieces if remaining(order, piece.line) > 0}
        windows = [each for each in (_window(order, line, desk) for line in lines.values()) if each]
        if windows and told < MOST_LINES:
            shown = windows[: MOST_LINES - told]
            rules = tuple(dict.fromkeys(each for window in shown for each in window.passages))
            yield Part("return_window", {"order": order, "windows": shown, "rules": rules})
            told += len(windows)


def _window(order: Order, line: OrderLine, desk: Desk) -> Window | None:
    free, faulty = (
        _checked(order, line, why, desk) for why in (ReturnReason.NO_LONGER_WANTED, ReturnReason.QUALITY)
    )
    fault_day = _day(faulty, desk) if isinstance(faulty, ReturnAllowed) else ""
    fault = isinstance(faulty, ReturnAllowed)
    passages = tuple(dict.fromkeys(str(getattr(each, "passage", "")) for each in (free, faulty)))
    if isinstance(free, ReturnAllowed):
        return Window(
            line, "open", _day(free, desk), free.postage, free.postage_payer, fault, fault_day, passages
        )
    if isinstance(free, Denied) and free.reason == "window_closed":
        return Window(line, "closed", free.params.get("last_day", ""), None, "", fault, fault_day, passages)
    if isinstance(free, Denied) and free.reason in ("category_excluded", "final_sale"):
        return Window(line, "excluded", "", None, "", fault, fault_day, passages)
    return None


def _checked(order: Order, line: OrderLine, reason: ReturnReason, desk: Desk) -> Allowed | Denied:
    wish = Request(
        "return_item", "", order_id=order.id, items=(ReturnItem(line.line_no, 1),), reason=reason,
    )  # fmt: skip
    return check(wish, desk)


def _day(allowed: ReturnAllowed, desk: Desk) -> str:
    return last_day(allowed.deadline, desk.cards.timezone).isoformat() if allowed.deadline else ""
