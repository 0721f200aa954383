"""Our own side of a write over both databases: SQLite has one writer, PostgreSQL locks rows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.tools.builders import NOW, wish
from tests.tools.rest.system import TOKEN, System, done_then_reset, slow
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.errors import OutcomeUnknown
from tools.policy.cards import PolicyCards
from tools.store.database import make_engine
from tools.store.rest.address import ApiSettings
from tools.store.rest.store import RestStore, open_rest_store
from tools.store.sql import SqlStore


@pytest.fixture
def stores(database_url: str, system: System) -> Iterator[tuple[RestStore, ...]]:
    """Four of them, as if each were a process of its own, over one database."""
    engine = make_engine(database_url)
    settings = ApiSettings(system.url, TOKEN, tries=1, failures=100)
    local = SqlStore(engine)
    with (
        open_rest_store(settings, local) as a,
        open_rest_store(settings, local) as b,
        open_rest_store(settings, local) as c,
        open_rest_store(settings, local) as d,
    ):
        yield a, b, c, d
    engine.dispose()


def test_stores_that_confirm_at_once(
    stores: tuple[RestStore, ...], system: System, cards: PolicyCards
) -> None:
    proposal = propose(stores[0], cards, "K-1", "C-1", wish(), NOW)
    assert isinstance(proposal, Proposal)
    system.misbehave("POST", slow(0.2), done_then_reset, slow(0.1))

    def yes(at: int) -> Receipt | str:
        later = NOW + timedelta(minutes=at)
        try:
            result = confirm(stores[at], cards, proposal.id, proposal.digest, "K-1", "C-1", later)
        except OutcomeUnknown:
            return "ask again"
        assert isinstance(result, Receipt), result
        return result

    with ThreadPoolExecutor(4) as pool:
        first = list(pool.map(yes, range(4)))
    last = [yes(at) for at in range(4)]
    assert len(set(map(repr, last))) == 1, "one receipt, to the minute"
    assert {repr(each) for each in first} <= {repr("ask again"), repr(last[0])}
    assert len(system.shop.order("O-1", "C-1").returns) == 1
    facts = [event.kind for event in stores[0].events_of_conversation("K-1")]
    assert facts == ["ReturnProposed", "ReturnStarted"]
    assert not any(each.recover().executed for each in stores)
