"""More messages than can be answered: a bounded number waits, the others hear so at once, nothing is lost."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
import uvicorn

from agent.language_model import CancelToken
from agent.plan import Budget
from agent.types import State
from service.app import create_app
from service.conversations import ConversationStore, StoredConversation
from service.locks import NamedLocks
from service.schema import DecisionView, ScoreView, Turn, UnderstandingView
from service.turns import Listen, TurnService

AT_ONCE, WAITING = 2, 3
_SURE = ScoreView("none", 1.0)
HEARD = UnderstandingView("en", _SURE, [], _SURE, _SURE, False, [])


class Unlimited:
    """Conversations that all exist, and are empty."""

    def exists(self, conversation_id: str) -> bool:
        return True

    def load(self, conversation_id: str) -> StoredConversation:
        return StoredConversation(conversation_id, "test", "en", "", datetime.now(UTC), State(), 1)


class Held(TurnService):
    """Turns that take until they are let go; those that say "quick" take no time."""

    def __init__(self) -> None:
        super().__init__(cast(Any, None), cast(ConversationStore, Unlimited()), {})
        self.go = threading.Event()
        self.answered: list[str] = []

    def _run(
        self, stored: StoredConversation, text: str, message_id: str | None, listen: Listen,
        cancel: CancelToken, budget: Budget,
    ) -> Turn:  # fmt: skip
        while text != "quick" and not (self.go.wait(0.02) or cancel.cancelled):
            pass
        self.answered.append(stored.id)
        return Turn(
            "t_1", stored.id, message_id, "", text, "Yes.", "en", DecisionView("answer", "", None, None), [],
            [], HEARD, [], [], {}, "",
        )  # fmt: skip


@pytest.fixture
def turns() -> Iterator[Held]:
    found = Held()
    yield found
    found.go.set()


@pytest.fixture
def url(turns: Held) -> Iterator[str]:
    app = create_app(turns, "test", AT_ONCE, turns_waiting=WAITING)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        turns.go.set()
        server.should_exit = True
        thread.join()


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as http:
        yield http


def send(client: httpx.Client, conversation: str, text: str = "slow", accept: str = "*/*") -> httpx.Response:
    return client.post(
        f"/v1/conversations/{conversation}/messages", json={"text": text}, headers={"accept": accept}
    )


def under_way(client: httpx.Client) -> int:
    found = re.search(r"^kefu_turns_under_way (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))


def wait_for(client: httpx.Client, number: int) -> None:
    until = time.monotonic() + 60
    while under_way(client) != number and time.monotonic() < until:
        time.sleep(0.02)
    assert under_way(client) == number


KINDS = ("application/json", "text/event-stream")


def test_one_message_too_many_is_told_so_and_the_others_are_answered(
    client: httpx.Client, turns: Held
) -> None:
    names = [f"c_{number}" for number in range(AT_ONCE + WAITING)]
    with ThreadPoolExecutor(len(names)) as pool:
        coming = [pool.submit(send, client, name, accept=KINDS[n % 2]) for n, name in enumerate(names)]
        wait_for(client, AT_ONCE + WAITING)
        for accept in KINDS:
            refused = send(client, "c_late", accept=accept)
            assert refused.status_code == 503
            assert refused.headers["content-type"] == "application/problem+json"
            assert int(refused.headers["retry-after"]) > 0
            assert refused.json()["status"] == 503 and "too many" in refused.json()["detail"]
        turns.go.set()
        assert [each.result().status_code for each in coming] == [200] * len(names)
    assert sorted(turns.answered) == names, "those that were refused were never begun"
    wait_for(client, 0)
    assert send(client, "c_late").status_code == 200
    assert len(turns.locks) == 0


def test_places_are_free_again_after_those_who_hang_up(client: httpx.Client, url: str, turns: Held) -> None:
    def leave(number: int) -> None:
        with (
            httpx.Client(base_url=url, timeout=httpx.Timeout(60, read=1)) as impatient,
            pytest.raises(httpx.ReadTimeout),
        ):
            send(impatient, f"c_{number}", accept=KINDS[number % 2])

    with ThreadPoolExecutor(AT_ONCE + WAITING) as pool:
        list(pool.map(leave, range(AT_ONCE + WAITING)))
    wait_for(client, 0)
    assert send(client, "c_next", "quick").status_code == 200


def test_a_conversation_that_waits_holds_up_no_other(client: httpx.Client, turns: Held) -> None:
    with ThreadPoolExecutor(1) as pool:
        stuck = pool.submit(send, client, "c_stuck")
        wait_for(client, 1)
        # More names than any table of shared locks would have places.
        for number in range(600):
            assert send(client, f"c_{number}", "quick").status_code == 200
        assert not stuck.done()
        turns.go.set()
        assert stuck.result().status_code == 200


def test_messages_of_one_conversation_are_answered_one_after_another(
    client: httpx.Client, turns: Held
) -> None:
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send, client, "c_1")
        wait_for(client, 1)
        second = pool.submit(send, client, "c_1", "quick")
        wait_for(client, 2)
        assert turns.answered == [] and len(turns.locks) == 1
        turns.go.set()
        assert first.result().json()["text"] == "slow" and second.result().json()["text"] == "quick"
    assert turns.answered == ["c_1", "c_1"]


def test_names_do_not_wait_for_each_other_and_are_forgotten() -> None:
    locks = NamedLocks()
    with ExitStack() as stack:
        for number in range(2000):
            stack.enter_context(locks.holding(f"c_{number}"))
        assert len(locks) == 2000
    assert len(locks) == 0


def test_one_holder_a_name_and_an_error_frees_it() -> None:
    locks, inside, most = NamedLocks(), [0], [0]

    def work(number: int) -> None:
        with locks.holding("one"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            inside[0] -= 1
            if number % 3 == 0:
                raise ZeroDivisionError

    with ThreadPoolExecutor(16) as pool:
        errors = [each.exception() for each in [pool.submit(work, number) for number in range(60)]]
    assert most == [1] and len(locks) == 0
    assert sum(error is not None for error in errors) == 20
