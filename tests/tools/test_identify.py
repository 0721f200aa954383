"""Who is asking: by matching facts, few failures, and no hint at which fact was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.tools.builders import NOW, customer, shop
from tools.desk.identify import Facts, NotIdentifiedYet, fact_digest, identify
from tools.domain import Customer
from tools.policy.cards import PolicyCards
from tools.policy.identity_card import IdentityCard
from tools.store.database import make_engine
from tools.store.protocol import LocalStore
from tools.store.sql import SqlStore
from tools.store.tables import identity_failures

RIGHT = Facts(email="wang1@example.com")
WRONG = Facts(email="nobody@example.com")
NAME = "Wang Xiaoming 1"


@pytest.fixture
def quick_store(memory_first: LocalStore) -> LocalStore:
    memory_first.import_shop(shop())
    return memory_first


@pytest.fixture(scope="session")
def rules(cards: PolicyCards) -> IdentityCard:
    """E-mail; name and postcode; phone and name. Three failures a conversation, 20 a source, 10 a fact."""
    return cards.identity


def why(found: Customer | NotIdentifiedYet) -> str:
    return found.why if isinstance(found, NotIdentifiedYet) else found.id


def ask(
    store: LocalStore,
    rules: IdentityCard,
    facts: Facts,
    conversation: str = "K-1",
    source: str = "",
    after: timedelta = timedelta(0),
) -> str:
    return why(identify(store, rules, facts, conversation, source, NOW + after))


@pytest.mark.parametrize(
    "facts",
    [
        RIGHT,
        Facts(email=" WANG1@Example.com "),
        Facts(name="wangxiaoming 1", postcode="310 012"),
        Facts(phone="0086 138-0000-0001", name=NAME),
        Facts(email="wang1@example.com", phone="13800000002", name="Li Wen", postcode="999999"),
        Facts(name=NAME, postcode="310012", phone="13800000002"),
    ],
)
def test_the_first_accepted_set_of_facts_is_enough(
    quick_store: LocalStore, rules: IdentityCard, facts: Facts
) -> None:
    """Only the facts of that set count: a nickname beside the right e-mail address undoes nothing."""
    assert ask(quick_store, rules, facts) == "C-1"


@pytest.mark.parametrize(
    "facts",
    [
        WRONG,
        Facts(email="nobody@example.com", name=NAME, postcode="310012"),
        Facts(name=NAME, postcode="999999"),
        Facts(name="Nobody", postcode="310012"),
        Facts(phone="13800000002", name=NAME),
        Facts(phone="---", name=NAME),
        Facts(email="wang1@example.com\x00"),
        Facts(email="\ud800"),
    ],
)
def test_whichever_fact_is_wrong_the_answer_is_the_same(
    store: LocalStore, rules: IdentityCard, facts: Facts
) -> None:
    assert identify(store, rules, facts, "K-1", "", NOW) == NotIdentifiedYet("no_match")


def test_two_customers_who_fit_are_nobody(empty_store: LocalStore, rules: IdentityCard) -> None:
    empty_store.import_shop(shop(customers=(customer(1), replace(customer(2), name=NAME))))
    assert ask(empty_store, rules, Facts(name=NAME, postcode="310012")) == "no_match"


@pytest.mark.parametrize(
    "facts",
    [Facts(), Facts(email="  "), Facts(name=NAME), Facts(phone="13800000001"), Facts(postcode="310012")],
)
def test_too_few_facts_are_no_failure(quick_store: LocalStore, rules: IdentityCard, facts: Facts) -> None:
    assert {ask(quick_store, rules, facts) for _ in range(10)} == {"not_enough"}
    assert ask(quick_store, rules, RIGHT) == "C-1"


def test_who_is_known_may_be_asked_for_again_and_again(quick_store: LocalStore, rules: IdentityCard) -> None:
    assert {ask(quick_store, rules, RIGHT) for _ in range(30)} == {"C-1"}


def test_after_three_failures_a_conversation_is_not_looked_at(store: LocalStore, rules: IdentityCard) -> None:
    guesses = [Facts(email=f"guess{number}@example.com") for number in range(5)]
    heard = [ask(store, rules, guess) for guess in guesses]
    assert heard == ["no_match", "no_match", "too_many", "too_many", "too_many"]
    assert ask(store, rules, RIGHT) == "too_many", "not even at what is right"
    assert ask(store, rules, RIGHT, "K-2") == "C-1", "somebody else's conversation goes on"


def test_a_source_that_fails_twenty_times_is_not_looked_at(
    quick_store: LocalStore, rules: IdentityCard
) -> None:
    heard = [
        ask(quick_store, rules, Facts(email=f"guess{number}@example.com"), f"K-{number}", "203.0.113.9")
        for number in range(20)
    ]
    assert heard == ["no_match"] * 19 + ["too_many"]
    assert ask(quick_store, rules, RIGHT, "K-99", "203.0.113.9") == "too_many"
    assert ask(quick_store, rules, RIGHT, "K-99", "203.0.113.10") == "C-1"


def test_an_unknown_source_is_not_counted(quick_store: LocalStore, rules: IdentityCard) -> None:
    for number in range(25):
        ask(quick_store, rules, Facts(email=f"guess{number}@example.com"), f"K-{number}")
    assert ask(quick_store, rules, RIGHT, "K-99") == "C-1"


def test_guessing_postcodes_for_one_name_is_one_thing(store: LocalStore, rules: IdentityCard) -> None:
    """From wherever: every guess in a conversation and from a source of its own."""
    heard = [
        ask(store, rules, Facts(name=NAME, postcode=f"{number:06}"), f"K-{number}", f"203.0.113.{number}")
        for number in range(10)
    ]
    assert heard == ["no_match"] * 9 + ["too_many"]
    assert ask(store, rules, Facts(name=NAME, postcode="310012"), "K-99") == "too_many"
    assert ask(store, rules, RIGHT, "K-99") == "C-1", "another fact of the same customer still serves"


def test_failures_are_forgotten_after_the_window(store: LocalStore, rules: IdentityCard) -> None:
    for minutes in (0, 10, 20):
        ask(store, rules, WRONG, after=timedelta(minutes=minutes))
    assert ask(store, rules, RIGHT, after=timedelta(minutes=29)) == "too_many"
    assert ask(store, rules, RIGHT, after=timedelta(minutes=30)) == "too_many", (
        "the window's first moment counts"
    )
    assert ask(store, rules, RIGHT, after=timedelta(minutes=30, seconds=1)) == "C-1"


def test_being_refused_does_not_lengthen_the_wait(quick_store: LocalStore, rules: IdentityCard) -> None:
    for _ in range(10):
        ask(quick_store, rules, WRONG)
    for minutes in (10, 20, 29):
        ask(quick_store, rules, WRONG, after=timedelta(minutes=minutes))
    assert ask(quick_store, rules, RIGHT, after=timedelta(minutes=31)) == "C-1"


def test_another_card_accepts_other_facts(quick_store: LocalStore, rules: IdentityCard) -> None:
    strict = replace(rules, accepts=(frozenset({"email", "phone"}),), attempts_per_conversation=1)
    assert ask(quick_store, strict, RIGHT) == "not_enough"
    assert ask(quick_store, strict, Facts(email=RIGHT.email, phone="13800000001")) == "C-1"
    assert ask(quick_store, strict, Facts(email=RIGHT.email, phone="13800000002")) == "too_many"


@pytest.fixture
def kept(sql_store: SqlStore, database_url: str, rules: IdentityCard) -> Iterator[list[dict[str, object]]]:
    """The table of failures after some."""
    told = Facts("secret@example.com", "13912345678", "Zhang San", "100080")
    for fact in (told, replace(told, email=""), Facts(phone="13912345678", name="Zhang San")):
        identify(sql_store, rules, fact, "K-1", "203.0.113.9", NOW)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(select(identity_failures)).mappings().all()
    engine.dispose()
    yield [dict(row) for row in rows]


def test_a_failure_leaves_nothing_personal_behind(kept: list[dict[str, object]]) -> None:
    assert len(kept) == 3
    for row in kept:
        assert set(row) == {"id", "at", "conversation_id", "source", "fact"}
        assert (row["at"], row["conversation_id"], row["source"]) == (NOW, "K-1", "203.0.113.9")
    facts = {row["fact"] for row in kept}
    assert facts == {
        fact_digest(Facts(email="SECRET@example.com ")),
        fact_digest(Facts(name="zhangsan", postcode="1")),
        fact_digest(Facts(phone="+86 139 1234 5678")),
    }
    assert all(len(str(fact)) == 64 for fact in facts)


def test_what_anybody_says_of_themselves_writes_no_event(
    quick_store: LocalStore, rules: IdentityCard
) -> None:
    before = quick_store.export_shop()
    ask(quick_store, rules, WRONG)
    ask(quick_store, rules, RIGHT)
    assert quick_store.export_shop() == before
    assert quick_store.events_of_conversation("K-1") == ()
