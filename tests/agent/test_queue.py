"""The queue before the model: fair, bounded, left at once on cancel; background work makes way."""

from __future__ import annotations

import threading
import time

import pytest

from agent.language_model import Cancelled, CancelToken, ModelBusy
from agent.model_queue import ModelQueue


def test_one_at_a_time_and_first_come_first_served() -> None:
    queue, order, inside, most = ModelQueue(50), [], [0], [0]

    def work(number: int) -> None:
        with queue.turn(30, CancelToken()):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            order.append(number)
            time.sleep(0.01)
            inside[0] -= 1

    threads = []
    with queue.turn(1, CancelToken()):
        for number in range(8):
            thread = threading.Thread(target=work, args=(number,))
            thread.start()
            threads.append(thread)
            while queue.depth < number + 2:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    assert most == [1]
    assert queue.depth == 0


def test_a_wait_that_is_too_long_is_busy_and_leaves_the_queue() -> None:
    queue = ModelQueue(5)
    with (
        queue.turn(1, CancelToken()),
        pytest.raises(ModelBusy, match="not free"),
        queue.turn(0.05, CancelToken()),
    ):
        pass
    assert queue.depth == 0


def test_a_full_queue_is_busy_at_once() -> None:
    queue, ready = ModelQueue(1), threading.Event()

    def wait() -> None:
        ready.set()
        with queue.turn(30, CancelToken()):
            pass

    with queue.turn(1, CancelToken()):
        thread = threading.Thread(target=wait)
        thread.start()
        ready.wait()
        while queue.depth < 2:
            time.sleep(0.001)
        with pytest.raises(ModelBusy, match="already wait"), queue.turn(30, CancelToken()):
            pass
    thread.join()


def test_cancel_frees_a_waiter() -> None:
    queue, cancel = ModelQueue(5), CancelToken()
    with queue.turn(1, CancelToken()):
        threading.Timer(0.05, cancel.cancel).start()
        with pytest.raises(Cancelled), queue.turn(30, cancel):
            pass


def test_the_model_is_free_again_after_an_error() -> None:
    queue = ModelQueue(5)
    with pytest.raises(ZeroDivisionError), queue.turn(1, CancelToken()):
        raise ZeroDivisionError
    with queue.turn(0.5, CancelToken()):
        assert queue.depth == 1


def test_who_had_less_of_the_model_goes_first_and_nobody_starves() -> None:
    queue, order = ModelQueue(50), []

    def work(key: str, seconds: float) -> None:
        with queue.turn(30, CancelToken(), key):
            order.append(key)
            time.sleep(seconds)

    def start(key: str, seconds: float = 0.0) -> threading.Thread:
        thread, before = threading.Thread(target=work, args=(key, seconds)), queue.depth
        thread.start()
        while queue.depth == before:
            time.sleep(0.001)
        return thread

    greedy = [start("greedy", 0.2)]
    with queue.turn(30, CancelToken(), "first"):
        greedy += [start("greedy"), start("greedy")]
        others = [start("a"), start("b")]
        time.sleep(0.01)
    for thread in greedy + others:
        thread.join()
    assert order == ["greedy", "a", "b", "greedy", "greedy"]


def test_several_at_once_where_the_model_can() -> None:
    queue, both = ModelQueue(5, parallel=2), threading.Barrier(2, timeout=10)

    def work() -> None:
        with queue.turn(10, CancelToken()):
            both.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken


def test_background_work_makes_way_for_a_customer() -> None:
    queue, stopped = ModelQueue(5), threading.Event()

    def background() -> None:
        with queue.spare(CancelToken()) as token:
            while not token.cancelled:
                time.sleep(0.001)
            stopped.set()

    worker = threading.Thread(target=background)
    worker.start()
    while queue._spare is None:
        time.sleep(0.001)
    assert queue.depth == 0
    with queue.turn(10, CancelToken()):
        assert stopped.is_set()
    worker.join()


def test_background_work_waits_for_quiet_and_can_be_called_off() -> None:
    queue, cancel = ModelQueue(5), CancelToken()
    with queue.turn(1, CancelToken()):
        threading.Timer(0.1, cancel.cancel).start()
        with pytest.raises(Cancelled), queue.spare(cancel):
            pass
    with queue.spare(CancelToken(), idle_s=0.05):
        pass
