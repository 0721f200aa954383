"""All cards of a shop, and which of them hold at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from tools.errors import CardError
from tools.policy.cancellation import CancellationCard, CancellationCardFile
from tools.policy.card_file import check_card, read_yaml
from tools.policy.complaint_card import ComplaintsCardFile
from tools.policy.complaint_plans import ComplaintsCard, Handling
from tools.policy.exchange import ExchangeCard, ExchangeCardFile
from tools.policy.identity_card import DEFAULT_IDENTITY, IdentityCard, IdentityCardFile
from tools.policy.order_changes import OrderChangesCard, OrderChangesCardFile
from tools.policy.repair import RepairCard, RepairCardFile
from tools.policy.return_card import ReturnCard, ReturnCardFile
from tools.policy.voice import DEFAULT_VOICE, VoiceCard, VoiceCardFile

PATTERN = "*.card.yaml"


class Card(Protocol):
    """What every card has."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def effective_until(self) -> date | None: ...


_FILES: Mapping[str, Any] = MappingProxyType(
    {
        "returns": ReturnCardFile,
        "cancellation": CancellationCardFile,
        "exchange": ExchangeCardFile,
        "repair": RepairCardFile,
        "order_changes": OrderChangesCardFile,
        "complaints": ComplaintsCardFile,
        "identity": IdentityCardFile,
        "voice": VoiceCardFile,
    }
)


@dataclass(frozen=True, slots=True)
class PolicyCards:
    """The cards in force at one moment. What has no card is not done by chat."""

    returns: ReturnCard
    cancellation: CancellationCard | None = None
    exchange: ExchangeCard | None = None
    repair: RepairCard | None = None
    order_changes: OrderChangesCard | None = None
    complaints: ComplaintsCard | None = None
    identity: IdentityCard = DEFAULT_IDENTITY
    voice: VoiceCard = DEFAULT_VOICE

    @property
    def timezone(self) -> ZoneInfo:
        """The shop's: days are counted in it."""
        return self.returns.timezone

    def versions(self) -> dict[str, int]:
        """The version of each card in force, by its id."""
        cards: tuple[Card | None, ...] = (
            self.returns, self.cancellation, self.exchange, self.repair, self.order_changes,
            self.complaints, self.identity, self.voice,
        )  # fmt: skip
        return {card.id: card.version for card in cards if card is not None}


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Every card of the shop, past, present and to come."""

    cards: tuple[Card, ...]
    timezone: ZoneInfo

    @property
    def fingerprint(self) -> str:
        """Which version of which card there is, and since when: "cancellation v1 2026-01-01, ..."."""
        heads = (f"{card.id} v{card.version} {card.effective_from}" for card in self.cards)
        return ", ".join(sorted(heads))

    @property
    def voices(self) -> tuple[VoiceCard, ...]:
        """Every way in which the assistant speaks on some day; the built-in one where there is no card."""
        return tuple(card for card in self.cards if isinstance(card, VoiceCard)) or (DEFAULT_VOICE,)

    def voice_at(self, now: datetime) -> VoiceCard:
        """How the assistant speaks at `now`."""
        today = now.astimezone(self.timezone).date()
        return next((card for card in self.voices if _holds(card, today)), DEFAULT_VOICE)

    def at(self, now: datetime) -> PolicyCards:
        """The cards that hold at `now`. Raises `CardError` when there is none for returns."""
        today = now.astimezone(self.timezone).date()
        found = {card.id: card for card in self.cards if _holds(card, today)}
        if "returns" not in found:
            raise CardError(f"no returns card holds on {today.isoformat()}")
        return linked(PolicyCards(**cast("dict[str, Any]", found)))


def linked(cards: PolicyCards) -> PolicyCards:
    """A refused return names repair and exchange, so its card has to know them."""
    returns = replace(
        cards.returns,
        warranty_months=cards.repair.warranty_months if cards.repair else MappingProxyType({}),
        exchange=cards.exchange.no_reason if cards.exchange else None,
    )
    return replace(cards, returns=returns)


def _holds(card: Card, today: date) -> bool:
    return card.effective_from <= today and (card.effective_until is None or today <= card.effective_until)


def load_card(path: Path) -> Card:
    """Read and check one card of any kind; raise `CardError` naming the file and every bad field."""
    data = read_yaml(path)
    name = data.get("id") if isinstance(data, dict) else None
    if not isinstance(name, str) or name not in _FILES:
        raise CardError(f"{path.name}: id: {name!r} is not one of {', '.join(_FILES)}")
    return cast(Card, check_card(_FILES[name], data, path.name).freeze())


def load_policy_book(folder: Path) -> PolicyBook:
    """Read every `*.card.yaml` of a folder.

    Raises `CardError` with the problems of all files: bad fields, two cards for one policy on one day,
    currencies that differ, no returns card.
    """
    problems: list[str] = []
    cards: dict[str, Card] = {}
    for path in sorted(folder.glob(PATTERN)):
        try:
            cards[path.name] = load_card(path)
        except CardError as error:
            problems.append(str(error))
    problems += _disagreements(cards)
    returns = [card for card in cards.values() if isinstance(card, ReturnCard)]
    if not returns and not problems:
        problems.append(f"{folder}: there is no returns card (returns.card.yaml)")
    if problems:
        raise CardError("\n".join(problems))
    return PolicyBook(tuple(cards.values()), returns[0].timezone)


def _disagreements(cards: Mapping[str, Card]) -> Iterable[str]:
    names = sorted(cards)
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            if cards[name].id == cards[other].id and _overlap(cards[name], cards[other]):
                yield f"{other}: holds on the same days as {name}; close that with effective_until"
    first = next((card for card in cards.values() if isinstance(card, ReturnCard)), None)
    if first is None:
        return
    for name, card in cards.items():
        if isinstance(card, ReturnCard) and card.timezone != first.timezone:
            yield f"{name}: timezone: {card.timezone.key}, another returns card has {first.timezone.key}"
        currency = _currency(card) or first.currency
        if currency != first.currency:
            yield f"{name}: currency: {currency}, the returns card has {first.currency}"


def _currency(card: Card) -> str:
    """ "" for a card that has no amounts."""
    holder = card.handling if isinstance(card, ComplaintsCard) else card
    return str(getattr(holder, "currency", ""))


def _overlap(one: Card, other: Card) -> bool:
    end, other_end = one.effective_until or date.max, other.effective_until or date.max
    return one.effective_from <= other_end and other.effective_from <= end


def passages_of(card: Card) -> tuple[tuple[str, str], ...]:
    """Every passage that a card stands on, as (rule, passage)."""
    found: list[tuple[str, str]] = []
    for item in fields(cast("Any", card)):
        value = getattr(card, item.name)
        if item.name == "passage":
            found.append((card.id, value))
        elif item.name == "passage_by_status":
            found += [(f"{card.id}.{status}", passage) for status, passage in value.items()]
        elif hasattr(value, "passage"):
            found.append((value.id, value.passage))
        elif isinstance(value, Handling):
            found.append((value.escalation.id, value.escalation.passage))
            found += [
                (plan.compensation.id, plan.compensation.passage) for plan in value.plans if plan.compensation
            ]
    return tuple(found)
