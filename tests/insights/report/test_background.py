"""Analyses in the background: nobody waits, nothing is computed twice, and what fails is told."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from insights.errors import InsightsError
from service.insights.computed import MOST_KEPT, Background, Computed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settled(background: Background, key: str, compute: Any) -> Computed:
    """What is known once nothing is under way."""
    for _ in range(500):
        known = background.get(key, compute)
        if not known.computing:
            return known
        time.sleep(0.002)
    raise AssertionError("still computing")


def test_the_first_answer_comes_at_once_and_the_result_later(clock: Clock) -> None:
    background, gate = Background(clock), threading.Event()

    def compute() -> int:
        gate.wait(5)
        return 7

    assert background.get("a", compute) == Computed(computing=True)
    gate.set()
    assert settled(background, "a", compute) == Computed(NOW, result=7)


def test_it_is_computed_once_until_it_is_old_and_the_old_is_told_meanwhile(clock: Clock) -> None:
    background, results = Background(clock, timedelta(minutes=15)), iter((1, 2))
    gate = threading.Event()

    def compute() -> int:
        found = next(results)
        if found == 2:
            gate.wait(5)
        return found

    assert settled(background, "a", compute).result == 1
    clock.now = NOW + timedelta(minutes=14)
    assert background.get("a", compute) == Computed(NOW, result=1)
    clock.now = NOW + timedelta(minutes=15)
    assert background.get("a", compute) == Computed(NOW, computing=True, result=1)
    gate.set()
    assert settled(background, "a", compute) == Computed(clock.now, result=2)


def test_a_failure_is_told_without_its_details(clock: Clock) -> None:
    def refused() -> None:
        raise InsightsError("two weeks are needed")

    def broken() -> None:
        raise RuntimeError("the secret")

    background = Background(clock)
    assert settled(background, "a", refused).error == "two weeks are needed"
    assert "secret" not in settled(background, "b", broken).error


def test_one_computation_at_a_time_and_few_are_kept(clock: Clock) -> None:
    background, running, most = Background(clock), [], []

    def compute() -> int:
        running.append(1)
        most.append(len(running))
        time.sleep(0.002)
        running.pop()
        return 1

    for number in range(MOST_KEPT + 5):
        background.get(str(number), compute)
    assert settled(background, str(MOST_KEPT + 4), compute).result == 1
    assert max(most) == 1
