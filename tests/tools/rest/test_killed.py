"""Processes that are killed between any two steps, and several at once: one execution, one receipt."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tools.builders import NOW, line, order, shop, wish
from tests.tools.rest.conftest import Connect
from tests.tools.rest.system import TOKEN, System, cut, done_then_reset, done_then_silent, half, reset, status
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.errors import OutcomeUnknown
from tools.policy.cards import PolicyCards
from tools.store.memory import MemoryStore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
LATER = NOW + timedelta(minutes=6)
# What the shop has done, and what we know of it, when a process dies there.
MOMENTS = {
    "before:begin": (0, "open"),
    "after:begin": (0, "executing"),
    "after:send": (1, "executing"),
    "after:finish": (1, "executed"),
}


@dataclass
class Carrying:
    """One order and conversation for each process, so that they can all run at the same time."""

    system: System
    url: str
    cards: PolicyCards

    def propose(self, store: Any, number: int) -> Proposal:
        result = propose(store, self.cards, f"K-{number}", "C-1", wish(order_id=f"O-{number}"), NOW)
        assert isinstance(result, Proposal)
        return result

    def start(self, proposal: Proposal, moment: str) -> subprocess.Popen[str]:
        given = (TOKEN, self.url, proposal.id, proposal.digest, proposal.conversation_id, moment)
        return subprocess.Popen(
            [sys.executable, "-m", "tests.tools.rest.carrying", self.system.url, *given],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def again(self, store: Any, proposal: Proposal) -> Receipt:
        number = proposal.conversation_id
        result = confirm(store, self.cards, proposal.id, proposal.digest, number, "C-1", LATER)
        assert isinstance(result, Receipt)
        return result

    def returns(self, proposal: Proposal) -> list[str]:
        number = proposal.conversation_id.removeprefix("K-")
        return [each.id for each in self.system.shop.order(f"O-{number}", "C-1").returns]


@pytest.fixture
def carrying(system: System, local_url: str, cards: PolicyCards) -> Iterator[Carrying]:
    system.renew(MemoryStore(shop(*[order(line(), number=at) for at in range(1, 8)])))
    yield Carrying(system, local_url, cards)


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, (err if process.returncode > 0 else out).strip()


def test_killed_between_any_two_steps_then_asked_again(carrying: Carrying, connect: Connect) -> None:
    store = connect()
    proposals = {moment: carrying.propose(store, at) for at, moment in enumerate(MOMENTS, 1)}
    running = {moment: carrying.start(proposal, moment) for moment, proposal in proposals.items()}
    assert {outcome(each)[0] for each in running.values()} == {-signal.SIGKILL}
    for moment, proposal in proposals.items():
        kept = store.proposal(proposal.id)
        assert (len(carrying.returns(proposal)), kept.status) == MOMENTS[moment], moment
        receipt = carrying.again(store, proposal)
        # After the first step it is what the dead process promised, to the minute.
        assert (receipt.at < LATER) is (moment != "before:begin"), moment
        assert carrying.again(store, proposal) == receipt == store.proposal(proposal.id).receipt
        assert carrying.returns(proposal) == [receipt.subject_id], moment
        facts = [event.kind for event in store.events_of_conversation(proposal.conversation_id)]
        assert facts == ["ReturnProposed", "ReturnStarted"], moment
    assert store.recover().executed == ()


def test_killed_while_the_shop_is_at_it_then_recovered(carrying: Carrying, connect: Connect) -> None:
    store, arrived = connect(), threading.Event()
    proposal = carrying.propose(store, 1)

    async def silent(app: Any, scope: Any, receive: Any, send: Any) -> None:
        async def note() -> Any:
            arrived.set()
            return await receive()

        await done_then_silent(app, scope, note, send)

    carrying.system.misbehave("POST /commands", silent)
    process = carrying.start(proposal, "never")
    assert arrived.wait(timeout=60)
    while not carrying.returns(proposal):
        pass
    process.kill()
    assert outcome(process)[0] == -signal.SIGKILL
    assert store.proposal(proposal.id).status == "executing"
    assert store.recover().executed == (proposal.id,)
    assert carrying.returns(proposal) == [carrying.again(store, proposal).subject_id]


def test_processes_that_confirm_at_once(carrying: Carrying, connect: Connect) -> None:
    store = connect()
    proposal = carrying.propose(store, 1)
    running = [carrying.start(proposal, "never") for _ in range(2)]
    kept = {outcome(each) for each in running}
    assert kept == {(0, carrying.again(store, proposal).id)}
    assert len(carrying.returns(proposal)) == 1
    assert len(store.events_of_conversation("K-1")) == 2


def test_the_shops_own_process_dies_with_every_answer(carrying: Carrying, connect: Connect) -> None:
    """Many customers, and a system that fails at random points: each command once, whatever was said."""
    store, hasty = connect(), connect(tries=1, read_s=0.5)
    proposals = [carrying.propose(store, number) for number in range(1, 8)]
    carrying.system.misbehave(
        "POST", reset, done_then_reset, cut, half, status(500), done_then_silent, status(503)
    )

    def yes(proposal: Proposal) -> None:
        with pytest.raises(OutcomeUnknown):
            carrying.again(hasty, proposal)

    with ThreadPoolExecutor(7) as pool:
        list(pool.map(yes, proposals))
    assert sorted(store.recover().executed) == sorted(each.id for each in proposals)
    for proposal in proposals:
        assert carrying.returns(proposal) == [carrying.again(store, proposal).subject_id]
