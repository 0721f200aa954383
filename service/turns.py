"""Runs turns for whoever serves them: finds the conversation, answers once, keeps the record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

from agent.language_model import CancelToken
from agent.turn import Parts, run_turn
from agent.types import State
from agent.understand.entities import find_entities
from service.conversations import ConversationStore, StoredConversation
from service.metrics import observe_turn
from service.schema import Conversation, ConversationCreated, CustomerHint, QuickReplyView, Turn
from service.trace import trace_of
from service.views import decision_view, evidence_view, turn_view, understanding_view
from tools.domain import Language

Clock = Callable[[], datetime]
Listen = Callable[[str, Any], None]
_LOCKS = 256
_STARTERS: dict[Language, tuple[str, ...]] = {
    "zh": ("我的订单到哪了？", "我想退货", "怎么退换货？"),
    "en": ("Where is my order?", "I want to return something", "How do returns work?"),
}


class UnknownConversation(LookupError):
    """There is no conversation with this id."""


class NothingSaid(ValueError):
    """A message without a visible character."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class TurnService:
    """Turns of one conversation run one after another, those of different ones side by side."""

    parts: Parts
    conversations: ConversationStore
    versions: dict[str, str]
    clock: Clock = utc_now
    _locks: list[threading.Lock] = field(default_factory=lambda: [threading.Lock() for _ in range(_LOCKS)])

    def open(self, channel: str, locale: str | None, hint: CustomerHint | None) -> ConversationCreated:
        """Begin a conversation; facts about the customer that do not match are simply not taken."""
        language: Language = "en" if (locale or "zh").lower().startswith("en") else "zh"
        customer = self._match(hint)
        state = State(language=language, customer_id=customer)
        conversation_id = f"c_{ULID()}"
        self.conversations.create(conversation_id, channel, locale or language, self.clock(), state)
        return ConversationCreated(
            conversation_id, locale or language, self.greeting(language), customer is not None,
            [QuickReplyView(text, text) for text in _STARTERS[language]],
        )  # fmt: skip

    def _match(self, hint: CustomerHint | None) -> str | None:
        """The customer by the facts that a chat would have asked for."""
        if hint is None:
            return None
        email = next((e.value for e in find_entities(hint.email or "") if e.kind == "email"), None)
        if email:
            found = self.parts.store.find_customer(email=email)
        elif hint.name and hint.postcode:
            found = self.parts.store.find_customer(name=hint.name, postcode=hint.postcode)
        else:
            return None
        return found.id if found else None

    def greeting(self, language: Language) -> str:
        shop = self.parts.store.meta(f"name.{language}") or ""
        return self.parts.texts.render(language, "greeting", shop=shop)

    def require(self, conversation_id: str) -> None:
        """Raise `UnknownConversation` unless there is such a conversation."""
        self._load(conversation_id)

    def read(self, conversation_id: str) -> Conversation:
        stored = self._load(conversation_id)
        language: Language = "en" if stored.locale.lower().startswith("en") else "zh"
        return Conversation(
            stored.id, stored.channel, stored.locale, stored.created_at.isoformat(),
            self.greeting(language), self.conversations.turns(conversation_id),
        )  # fmt: skip

    def answer(
        self, conversation_id: str, text: str, message_id: str | None, listen: Listen, cancel: CancelToken
    ) -> Turn:
        """Answer a message, or return the turn that already did. Blocks while the model writes.

        Raises `UnknownConversation`, `NothingSaid`, `StoreUnavailable`, `ConversationMoved`.
        """
        text = clean(text)
        with self._locks[hash(conversation_id) % _LOCKS]:
            stored = self._load(conversation_id)
            if message_id and (earlier := self.conversations.turn_for_message(conversation_id, message_id)):
                return earlier
            return self._run(stored, text, message_id, listen, cancel)

    def _run(
        self,
        stored: StoredConversation,
        text: str,
        message_id: str | None,
        listen: Listen,
        cancel: CancelToken,
    ) -> Turn:
        now = self.clock()
        views: dict[str, Callable[[Any], Any]] = {
            "understanding": understanding_view,
            "evidence": evidence_view,
            "decision": decision_view,
            "delta": lambda piece: {"text": piece},
        }
        result = run_turn(
            text, stored.id, stored.state, self.parts, now,
            lambda name, value: listen(name, views[name](value)), cancel,
        )  # fmt: skip
        turn = turn_view(result, f"t_{ULID()}", stored.id, message_id, now)
        self.conversations.save_turn(
            turn, trace_of(result, self.versions), stored.next_seq, result.decision.state, now
        )
        observe_turn(result)
        return turn

    def _load(self, conversation_id: str) -> StoredConversation:
        stored = self.conversations.load(conversation_id)
        if stored is None:
            raise UnknownConversation(conversation_id)
        return stored


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
