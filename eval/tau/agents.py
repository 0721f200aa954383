"""The agent under test: in this process on a database of its own, or behind its HTTP endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.language_model import CancelToken
from agent.turn import Parts
from service.conversations import ConversationStore
from service.turns import TurnService
from tools.catalogue import Catalogue
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore


class InProcess:
    """The whole turn, without the network."""

    def __init__(self, turns: TurnService, lang: str) -> None:
        self._turns = turns
        self._conversation = turns.open("eval", lang, None).conversation_id

    def say(self, text: str) -> tuple[str, str | None, str]:
        turn = self._turns.answer(self._conversation, text, None, _nobody_listens, CancelToken())
        return turn.reply, turn.decision.awaiting, turn.decision.kind


def in_process(
    parts: Parts, versions: dict[str, str], lang: str
) -> Callable[[Path], tuple[Any, Callable[[], None]]]:
    """Agents that share models and knowledge, each on the shop in its own database file."""

    def make(path: Path) -> tuple[InProcess, Callable[[], None]]:
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        store = SqlStore(engine)
        mine = replace(parts, store=store, catalogue=Catalogue(store))
        return InProcess(TurnService(mine, ConversationStore(engine), versions), lang), engine.dispose

    return make


def _nobody_listens(_name: str, _value: Any) -> None:
    return
