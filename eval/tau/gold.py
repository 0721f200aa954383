"""Replays the gold actions below the level of language: propose, confirm, execute, compare."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.tau.folder import Database, Task, TauFolder
from eval.tau.illegal import foreign_commands, illegal_commands
from eval.tau.translate import command_of, database_after
from tools.desk.proposals import confirm, propose
from tools.desk.records import Receipt
from tools.domain import Command
from tools.errors import NotFound
from tools.policy.cards import PolicyCards, load_policy_book
from tools.policy.verdict import Denied
from tools.shopdata.tau import load_tau
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

CARDS = Path(__file__).resolve().parents[2] / "examples" / "tau"
OTHERS = 3


@dataclass
class Replayed:
    """One task. `denied` are gold writes that were refused: no failure where there was nothing to change.

    `slipped` are forbidden actions that were not refused, `refusals` counts those that were, by rule.
    """

    task_id: str
    success: bool
    missing: list[str]
    unexpected: list[str]
    denied: list[str]
    refused_gold: int
    illegal: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    slipped: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return sum(self.refusals.values())


def replay(folder: TauFolder, split: str, watch: Callable[[Replayed, int], None]) -> list[Replayed]:
    """Every task on a fresh database with the whole shop in it; `watch` hears of each with the number of tasks."""
    tasks, before, now = folder.tasks(split), folder.database(), datetime.now(UTC)
    cards = load_policy_book(CARDS).at(now)
    done = []
    with tempfile.TemporaryDirectory(prefix="kefu-tau-") as place:
        template = Path(place) / "template.sqlite3"
        with opened(template) as store:
            store.import_shop(load_tau(folder.text(), "db.json", now))
        for task in tasks:
            copy = Path(place) / "task.sqlite3"
            shutil.copy(template, copy)
            with opened(copy) as store:
                result = replay_task(folder, task, before, store, cards, now)
            for left in Path(place).glob("task.sqlite3*"):
                left.unlink()
            done.append(result)
            watch(result, len(tasks))
    return done


@contextmanager
def opened(path: Path) -> Iterator[SqlStore]:
    """A migrated SQLite store in a file; closed, it is one file again."""
    engine = make_engine(f"sqlite:///{path}")
    try:
        migrate(engine)
        yield SqlStore(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()


def replay_task(
    folder: TauFolder, task: Task, before: Database, store: SqlStore, cards: PolicyCards, now: datetime
) -> Replayed:
    """The gold writes of one task, then everything that the policy forbids on what they left behind."""
    user_id = folder.shop.find_user(task, before)
    expected = [(each["name"], each["arguments"]) for each in folder.shop.apply_gold(before, task)[1]]
    denied, refused_gold = [], 0
    refusals: dict[str, int] = {}
    for name, arguments in folder.shop.gold_writes(task):
        result = _write(name, arguments, store, cards, str(user_id), now)
        if isinstance(result, Receipt):
            continue
        if (name, arguments) in expected:
            refused_gold += 1
            rule = result.partition(":")[0]
            refusals[rule] = refusals.get(rule, 0) + 1
        else:
            denied.append(f"{name}: {result}")
    score = folder.shop.score(before, database_after(before, store, user_id), task)
    replayed = Replayed(
        str(task["id"]), bool(score["success"]), score["missing"], score["unexpected"],
        denied, refused_gold, refused_gold, refusals,
    )  # fmt: skip
    _try_illegal(replayed, store, cards, user_id, now)
    return replayed


def _write(
    name: str, arguments: dict[str, Any], store: SqlStore, cards: PolicyCards, user_id: str, now: datetime
) -> Receipt | str:
    """The receipt, or the rule and reason of a refusal."""
    try:
        command = command_of(name, arguments, store, user_id)
        proposal = propose(store, cards, "gold", user_id, command, now)
    except NotFound as error:
        return error.code
    if isinstance(proposal, Denied):
        return f"{proposal.rule}: {proposal.reason}"
    result = confirm(store, cards, proposal.id, proposal.digest, "gold", user_id, now)
    return f"{result.rule}: {result.reason}" if isinstance(result, Denied) else result


def _try_illegal(
    replayed: Replayed, store: SqlStore, cards: PolicyCards, user_id: str, now: datetime
) -> None:
    shop = store.export_shop()
    others = [order for order in shop.orders if order.customer_id != user_id][:OTHERS]
    for why, command in illegal_commands(store, store.customer(user_id)):
        result = propose(store, cards, "illegal", user_id, command, now)
        _count(replayed, why, result.rule if isinstance(result, Denied) and result.rule else "")
    for command in (each for order in others for each in foreign_commands(order)):
        _count(replayed, "another customer's order", _foreign(store, cards, user_id, command, now))
    if store.export_shop() != shop:
        replayed.slipped.append("the shop changed")


def _foreign(store: SqlStore, cards: PolicyCards, user_id: str, command: Command, now: datetime) -> str:
    try:
        propose(store, cards, "illegal", user_id, command, now)
    except NotFound as error:
        return f"identity.{error.code}"
    return ""


def _count(replayed: Replayed, why: str, rule: str) -> None:
    replayed.illegal += 1
    if rule:
        replayed.refusals[rule] = replayed.refusals.get(rule, 0) + 1
    else:
        replayed.slipped.append(why)
