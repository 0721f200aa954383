"""Prompt states are made beforehand, while nobody wants the model, and only for what may be asked of it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from agent.language_model import CancelToken, Prompt
from agent.turn import get_ready
from agent.understand.spelling import speller
from service.clock import utc_now
from service.settings import Settings
from service.warming import Warmer, prompts_to_warm
from tests.conftest import Serve

NOW = datetime(2026, 11, 16, tzinfo=UTC)


class Reading:
    """In the place of the local model: notes what it reads, and takes its time."""

    def __init__(self, pause_s: float = 0.0, room: int = 10**6) -> None:
        self.read: list[Prompt] = []
        self.broken_off = 0
        self._pause_s, self._room = pause_s, room

    @property
    def cache_full(self) -> bool:
        return len(self.read) >= self._room

    def warmed(self, prompt: Prompt) -> bool:
        return prompt in self.read

    def warm(self, system: str, material: str, cancel: CancelToken) -> bool:
        until = time.monotonic() + self._pause_s
        while time.monotonic() < until:
            if cancel.cancelled:
                self.broken_off += 1
                return False
            time.sleep(0.001)
        self.read.append(Prompt(system, material, ""))
        return True


def wait_for(true: Any) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_only_passages_that_the_model_may_have_to_put_into_words_are_read(
    serve: Serve, shared: Settings
) -> None:
    with serve(shared) as running:
        parts, snapshot = running.kefu.turns.parts, running.kefu.knowledge()
        writing = replace(parts, writer=replace(parts.writer, phrasing="write"))
        prompts = list(prompts_to_warm(writing, snapshot, NOW))
        assert len(prompts) == len(snapshot.passages)
        assert len(set(prompts)) == len(prompts)
        assert any(snapshot.passages[0].text in each.material for each in prompts)
        quoting = replace(parts, writer=replace(parts.writer, phrasing="quote"))
        assert list(prompts_to_warm(quoting, snapshot, NOW)) == []
        turn_prompt = writing.writer.prompt("?", (snapshot.passages[0],), snapshot.passages[0].language)
        assert (turn_prompt.system, turn_prompt.material) in {(e.system, e.material) for e in prompts}


def _warmer(running: Any, model: Reading, passages: int) -> tuple[Warmer, Any]:
    parts = running.kefu.turns.parts
    parts = replace(parts, writer=replace(parts.writer, phrasing="write"))
    snapshot = SimpleNamespace(id="s1", passages=running.kefu.knowledge().passages[:passages])
    return Warmer(model, parts, lambda: snapshot, utc_now), parts  # type: ignore[arg-type, return-value]


def test_customers_come_first_and_what_was_broken_off_is_read_after_them(
    serve: Serve, shared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.warming.QUIET_S", 0.05)
    model = Reading(pause_s=0.3)
    with serve(shared) as running:
        warmer, parts = _warmer(running, model, 3)
        warmer.start()
        try:
            wait_for(lambda: parts.writer.queue._spare is not None)
            with parts.writer.queue.turn(10, CancelToken(), "customer"):
                assert model.broken_off == 1
            wait_for(lambda: len(model.read) == 3)
        finally:
            warmer.stop()
    assert len(set(model.read)) == 3


def test_a_full_cache_ends_it(serve: Serve, shared: Settings, monkeypatch: Any) -> None:
    monkeypatch.setattr("service.warming.QUIET_S", 0.0)
    model = Reading(room=2)
    with serve(shared) as running:
        warmer, _ = _warmer(running, model, 20)
        warmer.start()
        wait_for(lambda: model.cache_full)
        time.sleep(0.1)
        warmer.stop()
    assert len(model.read) == 2


def test_stopping_does_not_wait_for_what_is_being_read(
    serve: Serve, shared: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.warming.QUIET_S", 0.0)
    model = Reading(pause_s=3600)
    with serve(shared) as running:
        warmer, parts = _warmer(running, model, 1)
        warmer.start()
        wait_for(lambda: parts.writer.queue._spare is not None)
        warmer.stop()
    assert model.read == []


def test_the_first_message_finds_the_words_of_the_heads_read(serve: Serve, shared: Settings) -> None:
    with serve(shared) as running:
        parts = running.kefu.turns.parts
        get_ready(parts)
        before = speller.cache_info()
        assert (
            speller(parts.heads, parts.catalogue.words()).corrected("where is my ordr") == "where is my order"
        )
        assert speller.cache_info().misses == before.misses
