"""The circuit breaker, by a clock of our own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, Event

import pytest

from tools.store.rest.breaker import Breaker, CircuitOpen


class Silence(Exception):
    """Nobody answered."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, rest_s=10, counted=Silence, clock=clock)


@contextmanager
def failing(breaker: Breaker) -> Iterator[None]:
    with pytest.raises(Silence), breaker.calling():
        yield
        raise Silence


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with failing(breaker):
            pass


def is_open(breaker: Breaker) -> bool:
    try:
        with breaker.calling():
            raise KeyboardInterrupt
    except CircuitOpen:
        return True
    except KeyboardInterrupt:
        return False


def test_failures_in_a_row_open_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    with breaker.calling():
        pass
    fail(breaker, 2)
    assert not is_open(breaker), "an answer in between starts the count anew"
    fail(breaker)
    clock.now = 4
    with pytest.raises(CircuitOpen, match="not asked again for 6 s"), breaker.calling():
        pass


def test_an_error_that_is_an_answer_is_no_failure(breaker: Breaker) -> None:
    for _ in range(5):
        with pytest.raises(ValueError), breaker.calling():
            raise ValueError
    assert not is_open(breaker)


def test_what_ends_the_thread_says_nothing(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    assert not is_open(breaker), "the probe, which is interrupted"
    fail(breaker)
    assert is_open(breaker), "the next probe failed"


def test_one_call_finds_out_while_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    with breaker.calling():
        assert is_open(breaker)
    assert not is_open(breaker)


def test_a_failed_probe_opens_it_for_another_rest(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    fail(breaker)
    clock.now = 19
    assert is_open(breaker)
    clock.now = 20
    assert not is_open(breaker)


def test_calls_from_before_make_the_rest_no_longer(breaker: Breaker, clock: Clock) -> None:
    with failing(breaker):
        fail(breaker, 3)
        clock.now = 9
    clock.now = 10
    assert not is_open(breaker)


def test_no_call_waits_for_another(breaker: Breaker) -> None:
    """Eight calls are inside at the same time, or the barrier would break."""
    together, seen = Barrier(8, timeout=30), Event()

    def call(_: int) -> None:
        with breaker.calling():
            together.wait()
            seen.set()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert seen.is_set()


def test_of_many_threads_one_is_the_probe(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    start, inside, done = Barrier(8), [], Event()

    def call(number: int) -> None:
        start.wait()
        with suppress(CircuitOpen), breaker.calling():
            inside.append(number)
            done.wait(timeout=30)

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, number) for number in range(8)]
        while sum(each.done() for each in calls) < 7:
            pass
        done.set()
    assert len(inside) == 1
