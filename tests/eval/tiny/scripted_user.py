"""The customer of the tiny tasks: says what the task has for whatever is awaited, and leaves after 8 turns."""

from __future__ import annotations

import os
import signal
from typing import Any

LONGEST = 8


class ScriptedUser:
    def __init__(
        self, task: dict[str, Any], _db: dict[str, Any], seed: int = 0, lang: str = "en", level: str = "easy"
    ) -> None:
        self._says: dict[str, str] = task["says"][lang]
        self._ends = task.get("ends", "")
        self.done, self.turns, self.outcome = False, 0, "left"

    def first_message(self) -> str:
        return self._says["first"]

    def reply(self, _text: str, awaiting: str | None = None) -> str:
        self.turns += 1
        if self._ends == "crash":
            raise RuntimeError("the customer broke")
        if self._ends == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
        said = self._says.get(awaiting or "")
        self.done = said is None or self.turns >= LONGEST
        return said or ""
