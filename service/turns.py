"""Runs turns for whoever serves them: finds the conversation, answers once, keeps the record."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ulid import ULID

from agent.language_model import CancelToken
from agent.plan import Budget
from agent.turn import Parts, TurnResult, run_turn
from agent.types import State
from agent.understand.masking import masked
from service.clock import Clock, utc_now
from service.conversations import ConversationStore, StoredConversation
from service.locks import NamedLocks
from service.metrics import observe_turn
from service.schema import Conversation, ConversationCreated, CustomerHint, QuickReplyView, Turn
from service.source import Sources
from service.tokens import ChannelTokens, TokenRefused
from service.trace import trace_of, turn_events
from service.views import decision_view, evidence_view, turn_view, understanding_view
from tools.desk.identify import Facts, identify
from tools.domain import Customer, Language
from tools.errors import NotFound

Listen = Callable[[str, Any], None]
_STARTERS: dict[Language, tuple[str, ...]] = {
    "zh": ("我的订单到哪了？", "我想退货", "怎么退换货？"),
    "en": ("Where is my order?", "I want to return something", "How do returns work?"),
}


class UnknownConversation(LookupError):
    """There is no conversation with this id."""


class NothingSaid(ValueError):
    """A message without a visible character."""


@dataclass
class TurnService:
    """Turns of one conversation run one after another, those of different ones side by side.

    `deadlines` are those of channels that set none with a message, in ms.
    """

    parts: Parts
    conversations: ConversationStore
    versions: dict[str, str]
    clock: Clock = utc_now
    tokens: ChannelTokens = field(default_factory=ChannelTokens)
    sources: Sources = field(default_factory=Sources)
    deadlines: Mapping[str, int] = field(default_factory=dict)
    locks: NamedLocks = field(default_factory=NamedLocks)

    def open(
        self, channel: str, locale: str | None, hint: CustomerHint | None, source: str = ""
    ) -> ConversationCreated:
        """Begin a conversation; facts about the customer that do not match are simply not taken.

        `source` is what failed attempts are counted by, "" for none. Raises `TokenRefused`; then nothing
        was begun.
        """
        language: Language = "en" if (locale or "zh").lower().startswith("en") else "zh"
        now, conversation_id = self.clock(), f"c_{ULID()}"
        if hint is None:
            customer = None
        elif hint.token is not None:
            customer = self._vouched_for(hint.token, channel, now)
        else:
            customer = self._match(hint, conversation_id, source, now)
        state = State(language=language, customer_id=customer)
        self.conversations.create(conversation_id, channel, locale or language, now, state, source)
        return ConversationCreated(
            conversation_id, locale or language, self.greeting(language), customer is not None,
            [QuickReplyView(text, text) for text in _STARTERS[language]],
        )  # fmt: skip

    def _vouched_for(self, token: str, channel: str, now: datetime) -> str:
        customer_id = self.tokens.customer_id(token, channel, now)
        try:
            return self.parts.store.customer(customer_id).id
        except NotFound as error:
            raise TokenRefused("sub: the shop has no such customer") from error

    def _match(self, hint: CustomerHint, conversation_id: str, source: str, now: datetime) -> str | None:
        """The customer by facts, under the same limits as in the chat."""
        facts = Facts(hint.email or "", hint.phone or "", hint.name or "", hint.postcode or "")
        card = self.parts.policies.at(now).identity
        found = identify(self.parts.store, card, facts, conversation_id, source, now)
        return found.id if isinstance(found, Customer) else None

    def greeting(self, language: Language) -> str:
        shop = self.parts.store.meta(f"name.{language}") or ""
        texts = self.parts.texts.spoken_in(self.parts.policies.voice_at(self.clock()))
        return texts.render(language, "greeting", shop=shop, customer=None)

    def require(self, conversation_id: str) -> None:
        """Raise `UnknownConversation` unless there is such a conversation."""
        if not self.conversations.exists(conversation_id):
            raise UnknownConversation(conversation_id)

    def read(self, conversation_id: str) -> Conversation:
        stored = self._load(conversation_id)
        language: Language = "en" if stored.locale.lower().startswith("en") else "zh"
        return Conversation(
            stored.id, stored.channel, stored.locale, stored.created_at.isoformat(),
            self.greeting(language), self.conversations.turns(conversation_id),
        )  # fmt: skip

    def explain(self, turn_id: str) -> dict[str, Any] | None:
        """The record of a turn, with what it wrote to the event log; None if there is no such turn."""
        record = self.conversations.trace(turn_id)
        if record is None:
            return None
        return record | {"trace": record["trace"] | {"events": turn_events(record["turn"], self.parts.store)}}

    def answer(
        self, conversation_id: str, text: str, message_id: str | None, listen: Listen, cancel: CancelToken,
        deadline_ms: int | None = None, arrived: float | None = None,
    ) -> Turn:  # fmt: skip
        """Answer a message, or return the turn that already did. Blocks while the model writes.

        `deadline_ms` counts from `arrived`, a moment of `time.monotonic()`, by default now. Raises
        `UnknownConversation`, `NothingSaid`, `StoreUnavailable`, `ConversationMoved`.
        """
        text, began = clean(text), time.monotonic() if arrived is None else arrived
        with self.locks.holding(conversation_id):
            stored = self._load(conversation_id)
            if message_id and (earlier := self.conversations.turn_for_message(conversation_id, message_id)):
                return earlier
            budget = Budget.of(deadline_ms or self.deadlines.get(stored.channel), began)
            return self._run(stored, text, message_id, listen, cancel, budget)

    def _run(
        self,
        stored: StoredConversation,
        text: str,
        message_id: str | None,
        listen: Listen,
        cancel: CancelToken,
        budget: Budget,
    ) -> Turn:
        now = self.clock()
        views: dict[str, Callable[[Any], Any]] = {
            "understanding": understanding_view,
            "evidence": evidence_view,
            "decision": decision_view,
            "delta": lambda piece: {"text": piece},
        }
        result = run_turn(
            text, stored.id, stored.source, stored.state, self.parts, now,
            lambda name, value: listen(name, views[name](value)), cancel, stored.channel, budget,
        )  # fmt: skip
        turn = turn_view(result, f"t_{ULID()}", stored.id, message_id, now, text)
        self.conversations.save_turn(
            turn,
            trace_of(result, self.versions),
            stored.next_seq,
            result.decision.state,
            now,
            _missed(result),
        )
        observe_turn(result)
        return turn

    def _load(self, conversation_id: str) -> StoredConversation:
        stored = self.conversations.load(conversation_id)
        if stored is None:
            raise UnknownConversation(conversation_id)
        return stored


def _missed(result: TurnResult) -> str:
    """The message, masked, where no document had an answer to it."""
    nothing = any(part.template == "no_answer" for part in result.decision.parts)
    return masked(result.understanding.text) if nothing else ""


def clean(text: str) -> str:
    """A message without control characters. Raises `NothingSaid` when nothing visible is left."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise NothingSaid("text: contains half of a surrogate pair, which is not a character")
    kept = (
        "".join(char if char >= " " or char in "\n\t" else " " for char in text).replace("\x7f", " ").strip()
    )
    if not any(char.isprintable() and not char.isspace() for char in kept):
        raise NothingSaid("text: a message needs at least one visible character")
    return kept
