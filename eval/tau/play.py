"""Plays the tasks of a τ-bench retail folder against the agent, with the folder's own scripted customer."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from eval.tau.folder import Database, Task, TauFolder, load_script
from eval.tau.gold import opened
from eval.tau.translate import database_after
from tools.shopdata.tau import load_tau
from tools.store.sql import SqlStore

SCRIPT = "scripted_user.py"
DATABASES = {"en": "db.json", "zh": "db_zh.json"}


class Agent(Protocol):
    """One conversation: a message in, the reply and what the agent waits for out."""

    def say(self, text: str) -> tuple[str, str | None, str]:
        """Reply, `awaiting` and the kind of the decision."""


@dataclass(frozen=True)
class Settings:
    """How the customer behaves. Without `hints` they read only the text of a reply."""

    split: str = "train"
    lang: str = "en"
    level: str = "easy"
    hints: bool = True
    seed: int = 0
    trials: int = 1
    only: tuple[str, ...] = ()


@dataclass
class Episode:
    """One task once. `why` says what was missing; `log` is the whole dialogue."""

    task_id: str
    trial: int
    passed: bool
    success: bool
    informed: int
    to_inform: int
    transferred: bool
    turns: int
    seconds: list[float]
    why: list[str] = field(default_factory=list)
    log: list[tuple[str, str, str]] = field(default_factory=list)


def play(
    folder: TauFolder, settings: Settings, make_agent: Callable[[Path], tuple[Agent, Callable[[], None]]],
    watch: Callable[[Episode, int], None],
) -> list[Episode]:  # fmt: skip
    """Every task `trials` times, each on a fresh database with the whole shop in it.

    `make_agent` gets the database file and gives an agent with what closes it.
    """
    user = load_script(folder.path / SCRIPT)
    tasks = [
        task for task in folder.tasks(settings.split) if not settings.only or str(task["id"]) in settings.only
    ]
    before = folder.database(DATABASES[settings.lang])
    total = len(tasks) * settings.trials
    done: list[Episode] = []
    with tempfile.TemporaryDirectory(prefix="kefu-tau-") as place:
        template = Path(place) / "template.sqlite3"
        name = DATABASES[settings.lang]
        with opened(template) as store:
            store.import_shop(load_tau(folder.text(name), name, datetime.now(UTC)))
        for task in tasks:
            for trial in range(settings.trials):
                copy = Path(place) / f"{task['id']}-{trial}.sqlite3"
                shutil.copy(template, copy)
                with ExitStack() as stack:
                    agent, close = make_agent(copy)
                    stack.callback(close)
                    episode = _episode(user, folder, task, before, agent, settings, trial)
                    with opened(copy) as store:
                        _judge(episode, folder, task, before, store, settings.lang)
                for left in Path(place).glob(f"{copy.name}*"):
                    left.unlink()
                done.append(episode)
                watch(episode, total)
    return done


def _episode(
    script: Any, folder: TauFolder, task: Task, before: Database, agent: Agent, settings: Settings, trial: int
) -> Episode:
    customer = script.ScriptedUser(task, before, seed=settings.seed, lang=settings.lang, level=settings.level)
    episode = Episode(str(task["id"]), trial, False, False, 0, 0, False, 0, [])
    text = customer.first_message()
    while not customer.done:
        started = time.perf_counter()
        reply, awaiting, kind = agent.say(text)
        episode.seconds.append(round(time.perf_counter() - started, 3))
        episode.log.append((text, reply, f"{kind}/{awaiting}"))
        episode.transferred = episode.transferred or kind == "handover"
        text = customer.reply(reply, awaiting if settings.hints and kind != "handover" else None)
    episode.turns = customer.turns
    episode.log.append((text, "", str(customer.outcome)))
    return episode


def _judge(
    episode: Episode, folder: TauFolder, task: Task, before: Database, store: SqlStore, lang: str
) -> None:
    user_id = folder.shop.find_user(task, before)
    after = database_after(before, store, user_id)
    score = folder.shop.score(before, after, task)
    episode.success = bool(score["success"])
    said = [reply for _, reply, _ in episode.log]
    episode.informed, episode.to_inform = _told(folder, said, task, lang)
    wanted = bool(folder.shop.expects_transfer(task))
    episode.why += [f"not as the gold has it: {each}" for each in score["missing"]]
    episode.why += [f"changed, and should not: {each}" for each in score["unexpected"]]
    if episode.informed < episode.to_inform:
        facts = (task.get("evaluation_criteria") or task).get("communicate_info") or []
        text = " ".join(said).lower().replace(",", "")
        episode.why += [f"not told: {fact}" for fact in facts if str(fact).lower() not in text]
    if wanted and not episode.transferred:
        episode.why.append("not handed over")
    episode.passed = (
        episode.success and episode.informed == episode.to_inform and (episode.transferred or not wanted)
    )


def _told(folder: TauFolder, said: list[str], task: Task, lang: str) -> tuple[int, int]:
    """How many of the facts were told; a folder without its list of translated terms is searched for the values."""
    try:
        found, total = folder.shop.communicate_score(said, task, lang)
    except FileNotFoundError:
        found, total = folder.shop.communicate_score(said, task, "en")
    return int(found), int(total)


def summary(episodes: list[Episode], trials: int) -> dict[str, Any]:
    """pass^1 is the share of episodes that passed, pass^k that of tasks that passed every one of k times."""
    by_task: dict[str, list[bool]] = {}
    for episode in episodes:
        by_task.setdefault(episode.task_id, []).append(episode.passed)
    seconds = [each for episode in episodes for each in episode.seconds]
    return {
        "pass_hat_1": round(sum(e.passed for e in episodes) / len(episodes), 4),
        "pass_hat_k": round(sum(all(each) for each in by_task.values()) / len(by_task), 4),
        "k": trials,
        "tasks": len(by_task),
        "database_right": round(sum(e.success for e in episodes) / len(episodes), 4),
        "median_turns": statistics.median(e.turns for e in episodes),
        "median_turn_s": round(statistics.median(seconds), 3) if seconds else 0.0,
    }


def record(episode: Episode) -> dict[str, Any]:
    """An episode as plain JSON, for the file of records."""
    return asdict(episode)
