"""Several processes at the same moment: one wins, the others are told, and nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.tools.builders import for_variant, line, order, wish
from tests.tools.confirming import LATER, Clerks, Job
from tests.tools.desk_builders import (
    COMMANDS,
    FAR,
    assert_sound,
    desk_shop,
    pending,
    proposed,
    shop_of,
    with_gift_card,
)
from tools.desk.identify import Facts, NotIdentifiedYet, identify
from tools.desk.proposals import confirm
from tools.domain import (
    CancelOrder,
    CancelReason,
    Category,
    ChangeAddress,
    ChangeItems,
    ChangePayment,
    Command,
    OrderStatus,
    Shop,
)
from tools.policy.cards import PolicyCards
from tools.store.protocol import LocalStore
from tools.store.sql import SqlStore

slow = pytest.mark.slow


@pytest.fixture
def desk(empty_sql_store: SqlStore) -> SqlStore:
    return empty_sql_store


def race(
    desk: SqlStore,
    url: str,
    cards: PolicyCards,
    clerks: Clerks,
    shop: Shop,
    commands: Sequence[tuple[str, Command]],
) -> Counter[str]:
    """All commands, each by its customer and in a conversation of its own, confirmed at once.

    What was heard, with what anything but a receipt says; whatever it is, the shop is sound afterwards.
    """
    desk.import_shop(shop, replace=True)
    before = desk.export_shop()
    jobs = [
        Job.of(url, proposed(desk, cards, command, f"K-{number}", who))
        for number, (who, command) in enumerate(commands)
    ]
    heard: Counter[str] = Counter()
    for ended in clerks.together(jobs):
        ((what, code),) = ended.said
        assert ended.seconds < 30, "nobody waits for a lock that does not come"
        heard[what if what == "receipt" else code] += 1
    assert_sound(before, desk.export_shop())
    return heard


@slow
def test_processes_that_confirm_one_proposal(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    """A webhook that is delivered to four processes, five times each."""
    desk.import_shop(desk_shop())
    before = desk.export_shop()
    proposal = proposed(desk, cards, COMMANDS["change_items"])
    team = clerks.together([Job.of(database_url, proposal, times=5)] * 4)
    kept = desk.proposal(proposal.id).receipt
    assert kept is not None
    assert [ended.said for ended in team] == [[["receipt", kept.id]] * 5] * 4
    assert_sound(before, desk.export_shop())
    assert len(desk.order("O-2", "C-1").item_changes) == 1
    assert len(desk.events_of_conversation("K-1")) == 2


def test_a_repeated_webhook_is_one_execution(empty_store: LocalStore, cards: PolicyCards) -> None:
    empty_store.import_shop(desk_shop())
    before = empty_store.export_shop()
    proposal = proposed(empty_store, cards, COMMANDS["change_items"])
    receipts = [
        confirm(empty_store, cards, proposal.id, proposal.digest, "K-1", "C-1", LATER) for _ in range(20)
    ]
    assert receipts == [empty_store.proposal(proposal.id).receipt] * 20
    assert_sound(before, empty_store.export_shop())
    assert len(empty_store.order("O-2", "C-1").item_changes) == 1
    assert len(empty_store.events_of_conversation("K-1")) == 2


@slow
def test_one_gift_card_pays_for_one_of_several_orders(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    """¥130 on the card, four orders of ¥100."""
    orders = tuple(pending(number) for number in range(1, 5))
    shop = shop_of(orders, (with_gift_card(1, "130.00"), with_gift_card(2)))
    wishes = [("C-1", ChangePayment(each.id, "PM-gift")) for each in orders]
    heard = race(desk, database_url, cards, clerks, shop, wishes)
    assert heard == {"receipt": 1, "gift_card_too_low": 3}


@slow
def test_the_last_piece_goes_to_one_of_several_customers(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    owners = ("C-1", "C-2", "C-1", "C-2")
    orders = tuple(
        pending(number, ("PM-alipay", "100.00"), customer_id=owner) for number, owner in enumerate(owners, 1)
    )
    shop = shop_of(orders, (with_gift_card(1), with_gift_card(2)), stock=1)
    wishes = [(each.customer_id, ChangeItems(each.id, (for_variant(1, "-dear"),))) for each in orders]
    heard = race(desk, database_url, cards, clerks, shop, wishes)
    assert heard == {"receipt": 1, "out_of_stock": 3}


@slow
@pytest.mark.parametrize("turn", range(3))
def test_one_order_is_cancelled_or_changed(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks, turn: int
) -> None:
    """Cancelling wins alone or last; what was decided on an order that has changed since is not done."""
    wishes: list[tuple[str, Command]] = [
        ("C-1", CancelOrder("O-2", CancelReason.OTHER)),
        ("C-1", ChangeItems("O-2", (for_variant(1, "-dear"),), "PM-gift")),
        ("C-1", ChangeAddress("O-2", FAR)),
        ("C-1", ChangePayment("O-2", "PM-card")),
    ]
    wishes = wishes[turn:] + wishes[:turn]
    heard = race(desk, database_url, cards, clerks, desk_shop(), wishes)
    assert heard["receipt"] >= 1
    assert set(heard) <= {"receipt", "order_cancelled", "proposal_mismatched", "same_method"}
    order = desk.order("O-2", "C-1")
    if order.status is OrderStatus.CANCELLED:
        assert heard["receipt"] == 1 or order.paid == order.refunded


@slow
def test_one_order_is_returned_once(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    heard = race(desk, database_url, cards, clerks, desk_shop(), [("C-1", wish((1, 1), (2, 2)))] * 4)
    assert heard == {"receipt": 1, "nothing_left": 3}


@slow
def test_orders_of_the_same_things_do_not_wait_for_each_other(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    """Some are cancelled while others change: the same shelves, in opposite order of their lines."""
    kinds = (Category.APPAREL, Category.ELECTRONICS)

    def mixed(number: int) -> tuple[str, Command]:
        first, second = kinds if number % 2 else reversed(kinds)
        goods = order(
            line(1, category=first), line(2, category=second), number=number, status=OrderStatus.PENDING,
            customer_id=f"C-{number}",
        )  # fmt: skip
        orders.append(replace(goods, history=goods.history[:1]))
        if number > 3:
            return goods.customer_id, CancelOrder(goods.id, CancelReason.OTHER)
        swaps = (for_variant(1, "-L", category=first), for_variant(2, "-S", category=second))
        return goods.customer_id, ChangeItems(goods.id, swaps)

    for _ in range(2):
        orders: list[object] = []
        wishes = [mixed(number) for number in range(1, 7)]
        customers = tuple(with_gift_card(number) for number in range(1, 7))
        shop = shop_of(tuple(orders), customers)  # type: ignore[arg-type]
        assert race(desk, database_url, cards, clerks, shop, wishes) == {"receipt": 6}


@slow
def test_guesses_from_many_processes_are_all_counted(
    desk: SqlStore, database_url: str, cards: PolicyCards, clerks: Clerks
) -> None:
    """Asking in parallel gives nobody more attempts: after three failures nobody is looked at."""
    desk.import_shop(desk_shop())
    jobs = [Job(database_url, email=f"guess{number}@example.com", times=2) for number in range(5)]
    heard = Counter(code for ended in clerks.together(jobs) for _, code in ended.said)
    # The third failure is itself told to stop.
    assert heard == {"no_match": 2, "too_many": 8}
    owner = Facts(email="wang1@example.com")
    assert identify(desk, cards.identity, owner, "K-1", "", LATER) == NotIdentifiedYet("too_many")


@slow
def test_processes_that_hand_over_one_conversation(desk: SqlStore, database_url: str, clerks: Clerks) -> None:
    for number in range(3):
        job = Job(database_url, hand_over=True, conversation_id=f"K-{number}")
        team = clerks.together([job] * 4)
        assert [ended.said for ended in team] == [[["receipt", f"HO-K-{number}"]]] * 4
        assert len(desk.events_of_conversation(f"K-{number}")) == 1
