"""What customers write: phrases with an order and a product in them, and the slips of quick fingers."""

from __future__ import annotations

from random import Random
from typing import Any

from insights.simulate.data import read
from tools.domain import Language

SLIPS = 0.06
_WRONG = {
    "zh": (("什么", "神马"), ("怎么", "咋"), ("订单", "定单"), ("时候", "时侯"), ("没有", "木有"), ("谢谢", "蟹蟹"), ("到账", "到帐")),
    "en": (("the ", "teh "), ("please", "pls"), ("you", "u"), ("order", "oder"), ("because", "bc"), ("refund", "refudn"), ("don't", "dont")),
}  # fmt: skip


def first_words(rng: Random, language: Language, reason: str, order: str, product: str) -> str:
    lines = read("phrases")[language].get(reason) or read("phrases")[language]["policy_question"]
    return filled(rng, language, rng.choice(lines), order, product)


def words(rng: Random, language: Language, which: str) -> str:
    """A follow-up without an order in it."""
    line: str = rng.choice(read("follow_ups")[language][which])
    return line


def complaint_words(rng: Random, language: Language, kind: str, order: str, product: str) -> str:
    return filled(rng, language, rng.choice(read("follow_ups")[language]["complaints"][kind]), order, product)


def defect_words(rng: Random, language: Language, order: str, product: str) -> str:
    return filled(rng, language, rng.choice(read("follow_ups")[language]["defect"]), order, product)


def question(language: Language, number: int) -> str:
    """The question with this number that no document answers."""
    lines: list[str] = read("follow_ups")[language]["unanswered"]
    return lines[number % len(lines)]


def questions() -> int:
    return len(read("follow_ups")["zh"]["unanswered"])


def filled(rng: Random, language: Language, line: str, order: str, product: str) -> str:
    text = line.replace("{product}", product).replace("{order}", order)
    if rng.random() < SLIPS:
        right, wrong = rng.choice(_WRONG[language])
        text = text.replace(right, wrong)
    return text if not order or order in text else f"{text} {order}"


def entities(text: str, order: str) -> list[dict[str, Any]]:
    start = text.find(order) if order else -1
    found = {"kind": "order_id", "value": order, "start": start, "end": start + len(order)}
    return [found] if start >= 0 else []
