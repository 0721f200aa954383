"""The sample shop: what holds for every seed and moment, and what the cast promises."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from examples.shop.generate import generate, main
from tools.domain import (
    Category,
    DomainError,
    Money,
    Order,
    OrderStatus,
    PaymentKind,
    ReturnItem,
    ReturnReason,
    ReturnStatus,
    Shop,
    StartReturn,
    Text,
)
from tools.policy.return_card import load_return_card
from tools.policy.returns import ReturnAllowed, check_return
from tools.policy.verdict import Denied
from tools.shopdata.checks import problems_of
from tools.shopdata.shop_file import dump_shop, load_shop

pytestmark = pytest.mark.slow

CARD = load_return_card(Path(__file__).parents[2] / "examples" / "policies" / "returns.card.yaml")
HANGZHOU = timezone(timedelta(hours=8))
MOMENTS = [
    (7, datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
    (1, datetime(2026, 11, 21, 16, 0, 0, 1, tzinfo=UTC)),  # midnight in Hangzhou, and a split second
    (2, datetime(2027, 1, 1, 7, 59, 59, tzinfo=HANGZHOU)),
    (99, datetime(2028, 2, 29, 12, 0, tzinfo=timezone(timedelta(hours=-8)))),
    (-3, datetime(2026, 6, 18, 15, 30, tzinfo=UTC)),
]
CJK = re.compile(r"[\u4e00-\u9fff]")
NOTHING = Money.zero()


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: f"seed{moment[0]}")
def made(request: pytest.FixtureRequest) -> tuple[Shop, datetime]:
    seed, now = request.param
    return generate(seed, now), now


@pytest.fixture(scope="module")
def shop(made: tuple[Shop, datetime]) -> Shop:
    return made[0]


@pytest.fixture(scope="module")
def now(made: tuple[Shop, datetime]) -> datetime:
    return made[1]


def order_of(shop: Shop, order_id: str) -> Order:
    return next(order for order in shop.orders if order.id == order_id)


def refunded(order: Order) -> Money:
    return sum((refund.amount for refund in order.refunds), NOTHING)


def days_since(moment: datetime | None, now: datetime) -> int:
    assert moment is not None
    return (now.astimezone(HANGZHOU).date() - moment.astimezone(HANGZHOU).date()).days


def happened(order: Order) -> Iterator[datetime]:
    """Every moment in an order that is not a promise."""
    yield order.placed_at
    yield from (change.at for change in order.history)
    yield from (payment.at for payment in order.payments)
    yield from (refund.at for refund in order.refunds)
    yield from (item.requested_at for item in order.returns)
    if order.shipment:
        yield order.shipment.shipped_at
        yield from (event.at for event in order.shipment.events)
        if order.shipment.delivered_at:
            yield order.shipment.delivered_at


def prose(shop: Shop) -> Iterator[Text]:
    yield shop.name
    for product in shop.products:
        yield from (product.name, product.description)
    for order in shop.orders:
        yield from (line.name for line in order.lines)
        if order.shipment:
            yield order.shipment.carrier
            for event in order.shipment.events:
                yield from (event.place, event.text)


def test_the_import_accepts_it_and_reads_the_same_shop(shop: Shop) -> None:
    assert problems_of(shop) == []
    assert load_shop(dump_shop(shop)) == shop


def test_it_is_as_large_as_promised(shop: Shop) -> None:
    assert len(shop.products) >= 48
    assert len(shop.customers) >= 160
    assert len(shop.orders) >= 420
    assert all(2 <= len(product.variants) <= 8 for product in shop.products)
    assert {product.category for product in shop.products} == set(Category) - {Category.OTHER}
    assert sum(product.final_sale for product in shop.products) >= 3


def test_everything_that_can_happen_to_an_order_happens(shop: Shop, now: datetime) -> None:
    orders = shop.orders
    returns = [item for order in orders for item in order.returns]
    kinds = {payment.kind for order in orders for payment in order.payments}
    pending = [order for order in orders if order.status is OrderStatus.PENDING]
    assert {order.status for order in orders} == set(OrderStatus)
    assert {item.status for item in returns} == set(ReturnStatus)
    assert {item.reason for item in returns} == set(ReturnReason)
    assert kinds == set(PaymentKind)
    assert {line.category for order in orders for line in order.lines} == set(Category) - {Category.OTHER}
    assert any(order.presale for order in pending)
    assert sum(now - order.placed_at > timedelta(hours=48) for order in pending if not order.presale) >= 9
    assert any(len(order.payments) == 2 for order in orders)
    assert any(refund.reason == "price_protection" for order in orders for refund in order.refunds)


@pytest.mark.parametrize(
    ("category", "first", "last"),
    [
        (Category.FRESH_FOOD, 1, 2),
        (Category.ELECTRONICS, 8, 20),
        (Category.APPAREL, 8, 15),
        (Category.APPAREL, 16, 20),
    ],
)
def test_every_return_window_has_orders_on_both_sides(
    shop: Shop, now: datetime, category: Category, first: int, last: int
) -> None:
    fitting = [
        order
        for order in shop.orders
        if order.status is OrderStatus.DELIVERED
        and first <= days_since(order.delivered_at, now) <= last
        and any(line.category is category for line in order.lines)
    ]
    assert len(fitting) >= 6


def test_few_customers_order_often_and_some_not_at_all(shop: Shop) -> None:
    orders = Counter(order.customer_id for order in shop.orders)
    counts = [orders[customer.id] for customer in shop.customers]
    assert sum(1 <= count <= 4 for count in counts) > 0.7 * len(counts)
    assert counts.count(0) >= 10


def test_money_adds_up(shop: Shop) -> None:
    for order in shop.orders:
        paid = sum((payment.amount for payment in order.payments), NOTHING)
        assert paid == order.total, order.id
        assert all(payment.amount > NOTHING for payment in order.payments), order.id
        assert NOTHING <= order.discount < order.total, order.id
        assert refunded(order) <= paid, order.id
        if order.status is OrderStatus.CANCELLED:
            assert refunded(order) == paid and order.cancel_reason, order.id
        if order.status in (OrderStatus.PENDING, OrderStatus.PROCESSED, OrderStatus.SHIPPED):
            assert not order.refunds, order.id


def test_a_return_is_paid_out_exactly_when_it_says_so(shop: Shop) -> None:
    for order in shop.orders:
        for item in order.returns:
            done = item.status is ReturnStatus.REFUNDED
            assert (order.status is OrderStatus.REFUNDED) == done, order.id
            assert refunded(order) == (item.refund if done else NOTHING), order.id
            assert sum((line.refund for line in item.lines), NOTHING) == item.refund + item.postage


def test_the_return_policy_would_have_allowed_every_return(shop: Shop) -> None:
    customers = {customer.id: customer for customer in shop.customers}
    seen = 0
    for order in shop.orders:
        for item in order.returns:
            before = replace(order, status=OrderStatus.DELIVERED, returns=(), refunds=())
            wish = tuple(ReturnItem(line.line_no, line.quantity) for line in item.lines)
            command = StartReturn(order.id, wish, item.reason, item.refund_to)
            verdict = check_return(before, customers[order.customer_id], command, CARD, item.requested_at)
            assert isinstance(verdict, ReturnAllowed), (order.id, verdict)
            allowed = (verdict.rule, verdict.items, verdict.refund, verdict.postage)
            assert allowed == (item.rule, item.lines, item.refund, item.postage), order.id
            seen += 1
    assert seen >= 50


def test_history_begins_with_the_order_and_runs_forward(shop: Shop) -> None:
    for order in shop.orders:
        times = [change.at for change in order.history]
        assert times == sorted(times), order.id
        assert (order.history[0].status, times[0]) == (OrderStatus.PENDING, order.placed_at), order.id
        assert order.history[-1].status is order.status, order.id
        assert all(order.placed_at <= moment for moment in happened(order)), order.id


def test_a_parcel_tells_its_way_in_order(shop: Shop) -> None:
    shipped = [order for order in shop.orders if order.shipment]
    for order in shipped:
        assert order.shipment is not None
        events, at = order.shipment.events, [event.at for event in order.shipment.events]
        assert at == sorted(at) and at[0] == order.shipment.shipped_at, order.id
        assert re.fullmatch(r"(SF|JD|ZT)\d{13}", order.shipment.tracking_no), order.id
        assert any(change.status is OrderStatus.SHIPPED for change in order.history), order.id
        if order.delivered_at:
            assert 5 <= len(events) <= 8 and at[-1] == order.delivered_at, order.id
        else:
            assert order.status is OrderStatus.SHIPPED, order.id
    numbers = [order.shipment.tracking_no for order in shipped if order.shipment]
    assert len(set(numbers)) == len(numbers)


def test_nothing_but_promises_lies_ahead(shop: Shop, now: datetime) -> None:
    for order in shop.orders:
        assert all(moment <= now for moment in happened(order)), order.id
        assert order.placed_at > now - timedelta(days=120), order.id


def test_goods_go_only_where_they_are_sent(shop: Shop) -> None:
    at_home = {Category.FRESH_FOOD, Category.FOOD, Category.LARGE_APPLIANCES, Category.FURNITURE}
    abroad = [order for order in shop.orders if order.address.country != "CN"]
    assert abroad
    assert not any(line.category in at_home for order in abroad for line in order.lines)


def test_customers_are_told_apart_and_made_up(shop: Shop) -> None:
    chinese = [customer for customer in shop.customers if customer.language == "zh"]
    emails = [customer.email for customer in shop.customers]
    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"[a-z.]+\d*@example\.(com|net|org)", email) for email in emails)
    assert len({customer.name for customer in shop.customers}) == len(shop.customers)
    assert len({customer.phone for customer in shop.customers}) == len(shop.customers)
    assert all(1 <= len(customer.payment_methods) <= 3 for customer in shop.customers)
    assert 0.6 < len(chinese) / len(shop.customers) < 0.8
    assert all(CJK.search(one.name) and CJK.search(one.address.line1) for one in chinese)


def test_ids_look_as_documented(shop: Shop) -> None:
    orders = shop.orders
    assert all(re.fullmatch(r"P1\d{3}", product.id) for product in shop.products)
    assert all(v.sku.startswith(f"{product.id}-") for product in shop.products for v in product.variants)
    assert all(re.fullmatch(r"C\d{4}", customer.id) for customer in shop.customers)
    assert all(re.fullmatch(r"W\d{7}", order.id) for order in orders)
    assert all(re.fullmatch(r"R\d{7}", item.id) for order in orders for item in order.returns)
    assert all(re.fullmatch(r"F\d{7}", refund.id) for order in orders for refund in order.refunds)
    methods = [method for customer in shop.customers for method in customer.payment_methods]
    assert all(method.id.startswith("pm_") for method in methods)
    assert len({method.id for method in methods}) == len(methods)


def test_everything_is_said_in_both_languages(shop: Shop) -> None:
    for text in set(prose(shop)):
        assert CJK.search(text.zh), text
        assert text.en.strip() and not CJK.search(text.en), text
        assert "{" not in text.zh + text.en, text
    for product in shop.products:
        for variant in product.variants:
            assert variant.options, variant.sku
            assert all(word.zh and word.en and not CJK.search(word.en) for word in variant.options.values())


def test_the_same_seed_and_moment_give_the_same_shop() -> None:
    seed, now = MOMENTS[0]
    first = generate(seed, now)
    assert first == generate(seed, now.astimezone(HANGZHOU))
    other = generate(seed + 1, now)
    assert other.orders[12:] != first.orders[12:]
    assert (other.products, other.customers[:6], other.orders[:12]) == (
        first.products,
        first.customers[:6],
        first.orders[:12],
    )


def test_the_cast_is_where_the_readme_says(shop: Shop, now: datetime) -> None:
    kept = {order.id: (order.customer_id, order.status.value) for order in shop.orders[:12]}
    assert kept == {
        "W1000001": ("C0001", "delivered"),
        "W1000002": ("C0001", "pending"),
        "W1000003": ("C0002", "shipped"),
        "W1000004": ("C0002", "delivered"),
        "W1000005": ("C0003", "delivered"),
        "W1000006": ("C0003", "pending"),
        "W1000007": ("C0004", "delivered"),
        "W1000008": ("C0004", "cancelled"),
        "W1000009": ("C0005", "delivered"),
        "W1000010": ("C0005", "return_requested"),
        "W1000011": ("C0006", "delivered"),
        "W1000012": ("C0006", "refunded"),
    }
    arrived = {"W1000001": 3, "W1000004": 5, "W1000005": 40, "W1000007": 2, "W1000009": 1, "W1000011": 10}
    for order_id, days in arrived.items():
        assert days_since(order_of(shop, order_id).delivered_at, now) == days, order_id
    for order_id, hours in {"W1000002": 30, "W1000006": 96}.items():
        order = order_of(shop, order_id)
        paid_at = order.payments[0].at
        assert timedelta(0) <= now - paid_at - timedelta(hours=hours) < timedelta(seconds=2), order_id
        assert order.expected_ship_at == paid_at + timedelta(hours=48)


@pytest.mark.parametrize(
    ("order_id", "line_no", "reason", "expected"),
    [
        ("W1000001", 1, ReturnReason.NO_LONGER_WANTED, ""),
        ("W1000001", 2, ReturnReason.NO_LONGER_WANTED, ""),
        ("W1000003", 1, ReturnReason.NO_LONGER_WANTED, "not_delivered"),
        ("W1000004", 1, ReturnReason.NO_LONGER_WANTED, ""),
        ("W1000005", 1, ReturnReason.NO_LONGER_WANTED, "window_closed"),
        ("W1000005", 1, ReturnReason.QUALITY, "window_closed"),
        ("W1000007", 1, ReturnReason.NO_LONGER_WANTED, "final_sale"),
        ("W1000007", 1, ReturnReason.DAMAGED, ""),
        ("W1000007", 2, ReturnReason.NO_LONGER_WANTED, ""),
        ("W1000009", 1, ReturnReason.NO_LONGER_WANTED, "category_excluded"),
        ("W1000009", 1, ReturnReason.QUALITY, ""),
        ("W1000010", 1, ReturnReason.NO_LONGER_WANTED, "nothing_left"),
        ("W1000011", 1, ReturnReason.NO_LONGER_WANTED, ""),
        ("W1000011", 2, ReturnReason.NO_LONGER_WANTED, "window_closed"),
    ],
)
def test_the_cast_gets_the_verdicts_that_tours_rely_on(
    shop: Shop, now: datetime, order_id: str, line_no: int, reason: ReturnReason, expected: str
) -> None:
    order = order_of(shop, order_id)
    customer = next(one for one in shop.customers if one.id == order.customer_id)
    command = StartReturn(order_id, (ReturnItem(line_no, 1),), reason)
    verdict = check_return(order, customer, command, CARD, now)
    assert (verdict.reason if isinstance(verdict, Denied) else "") == expected


def test_the_demo_list_names_the_cast(shop: Shop) -> None:
    rows = json.loads(shop.extras["demo"])
    people = {customer.email: customer for customer in shop.customers[:6]}
    assert len(rows) == 6
    for row in rows:
        assert set(row) == {"name", "email", "order_id", "hint"}
        assert people[row["email"]].name == row["name"]
        assert order_of(shop, row["order_id"]).customer_id == people[row["email"]].id
        assert CJK.search(row["hint"]["zh"]) and not CJK.search(row["hint"]["en"])


def test_a_moment_without_a_timezone_is_refused() -> None:
    with pytest.raises(DomainError, match="now"):
        generate(7, datetime(2026, 11, 22))


def test_the_command_writes_a_shop_file(tmp_path: Path) -> None:
    out = tmp_path / "shop.json"
    assert main(["--seed", "7", "--now", "2026-11-22T11:00:00+08:00", "--out", str(out)]) == 0
    assert load_shop(out.read_text(encoding="utf-8")) == generate(*MOMENTS[0])


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22T11:00:00"])
def test_the_command_refuses_a_moment_it_cannot_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], moment: str
) -> None:
    out = tmp_path / "shop.json"
    assert main(["--now", moment, "--out", str(out)]) == 2
    assert "Nothing was written" in capsys.readouterr().err
    assert not out.exists()
