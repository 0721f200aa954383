"""One conversation while it runs: its clock, its turns, and the rows that it leaves."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from insights.simulate import heads, wording
from insights.simulate.chance import later
from insights.simulate.data import read
from insights.simulate.world import Ahead, World
from tools.domain import Language, OrderLine
from tools.store.tables import conversations, turns

# What is stored of a reply: where the shop has texts of its own, the simulation has a word.
REPLIES = {
    "zh": {"answer": "好的，查到了。", "ask": "请补充一下信息。", "propose": "请确认以下内容。", "done": "已办理。",
           "refuse": "抱歉，这个办不了。", "handover": "已为您转接人工。"},
    "en": {"answer": "Here is what I found.", "ask": "Please tell me a little more.", "propose": "Please confirm this.",
           "done": "Done.", "refuse": "Sorry, that is not possible.", "handover": "I have passed you on to a person."},
}  # fmt: skip
ANSWER_MS = 850.0


class Talk:
    """Turns are added one after another; before the plan begins, nothing of them is kept (`silent`)."""

    def __init__(self, world: World, rng: Random, ahead: Ahead, at: datetime) -> None:
        self.world, self.rng, self.ahead, self.at = world, rng, ahead, at
        self.silent = at < world.plan.begin
        self.id = "" if self.silent else f"c_{world.next('conversation'):09d}"
        self.person, self.made = ahead.person, ahead.purchase
        self.language: Language = self._language()
        channels: dict[str, int] = read("world")["channels"]
        self.channel = rng.choices(tuple(channels), tuple(channels.values()))[0]
        self.began, self.count = at, 0
        # What the first message says, and the kind of complaint that it is, "" for none.
        self.first, self.complaint = "", ""
        self.turn_ids: list[str] = []

    def _language(self) -> Language:
        if self.person:
            return self.person.customer.language
        return "zh" if self.rng.random() < 0.7 else "en"

    @property
    def order_id(self) -> str:
        return self.made.id if self.made else ""

    @property
    def line(self) -> OrderLine | None:
        return self.made.lines[self.ahead.line_no - 1] if self.made else None

    @property
    def product(self) -> str:
        line = self.line
        name = line.name if line else self.world.shelves.draw(self.rng, "")[0].name
        return name.in_(self.language)

    @property
    def over(self) -> bool:
        """Whether the clock has reached the end of the plan."""
        return self.at >= self.world.plan.end

    def wait(self) -> None:
        self.at = later(self.at, self.rng.uniform(20, 170) / 3600)

    def say(
        self, text: str, kind: str, rule: str, *, awaiting: str | None = None, action: str | None = None,
        act: str = "question", reason: str = "", felt: float = 0.0, receipts: tuple[dict[str, Any], ...] = (),
    ) -> None:  # fmt: skip
        """A message and what the agent made of it."""
        self.count += 1
        if not self.silent and not self.over:
            turn_id = f"t_{self.world.next('turn'):010d}"
            self.turn_ids.append(turn_id)
            heard = self._understood(text, act, reason, felt)
            decision = {"kind": kind, "rule": rule, "awaiting": awaiting, "action": action}
            self._keep(turn_id, text, kind, heard, decision, receipts)
        self.wait()

    def _understood(self, text: str, act: str, reason: str, felt: float) -> dict[str, Any]:
        read_as = heads.mood(self.rng, felt)
        return {
            "language": self.language, "act": heads.act(self.rng, act), "intents": heads.intents(self.rng, reason),
            "sentiment": heads.sentiment(read_as), "complaint": heads.complaint(self.rng, self.complaint if reason else ""),
            "urgent": self.rng.random() < 0.05, "entities": wording.entities(text, self.order_id), "mood": read_as,
        }  # fmt: skip

    def _keep(
        self, turn_id: str, text: str, kind: str, heard: dict[str, Any], decision: dict[str, Any],
        receipts: tuple[dict[str, Any], ...],
    ) -> None:  # fmt: skip
        turn = {
            "turn_id": turn_id, "conversation_id": self.id, "message_id": None, "at": self.at.isoformat(), "text": text,
            "reply": REPLIES[self.language][kind], "language": self.language, "decision": decision, "citations": [],
            "receipts": list(receipts), "understanding": heard, "claims": [], "quick_replies": [],
            "timings_ms": {"total": round(self.rng.lognormvariate(0, 0.6) * ANSWER_MS, 1)}, "snapshot_id": "simulated",
        }  # fmt: skip
        row = {
            "id": turn_id,
            "conversation_id": self.id,
            "message_id": None,
            "seq": self.count,
            "at": self.at,
        }
        self.world.add(turns, row | {"record": {"turn": turn, "trace": {"versions": {"code": "simulated"}}}})

    def keep(self, source: str) -> None:
        """The row of the conversation itself, where there is one."""
        if self.silent:
            return
        who = self.person.customer.id if self.person else None
        row = {
            "id": self.id,
            "channel": self.channel,
            "customer_id": who,
            "locale": self.language,
            "source": source,
        }
        state = {"language": self.language, "customer_id": who}
        self.world.add(conversations, row | {"created_at": self.began, "state": state})
