"""Threads for turns, which block on the model; the event loop stays free."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agent.language_model import CancelToken
from service.metrics import REFUSED, UNDER_WAY
from service.schema import NewMessage, Turn
from service.turns import TurnService


class TooManyTurns(RuntimeError):
    """As many messages wait as may wait; one more would wait for longer than anybody does."""


class Workers:
    """`count` turns run at once, `waiting` more may wait. Used from the event loop's thread alone."""

    def __init__(self, count: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="turn")
        self._room = count + waiting
        self._under_way = 0

    def start(
        self, turns: TurnService, conversation_id: str, message: NewMessage, cancel: CancelToken, listen: Any
    ) -> asyncio.Future[Turn]:
        """Run a turn to its end, whoever still listens. Raises `TooManyTurns`; then nothing was begun."""
        if self._under_way >= self._room:
            REFUSED.inc()
            raise TooManyTurns(f"{self._room} messages are being answered or wait already")
        running = asyncio.get_running_loop().run_in_executor(
            self._pool, turns.answer, conversation_id, message.text, message.message_id, listen, cancel,
            message.deadline_ms, time.monotonic(),
        )  # fmt: skip
        self._under_way += 1
        UNDER_WAY.inc()
        running.add_done_callback(self._over)
        return running

    def _over(self, _: asyncio.Future[Turn]) -> None:
        self._under_way -= 1
        UNDER_WAY.dec()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
