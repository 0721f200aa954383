"""A small order system with the API of `docs/order-api.md`, to copy from and to try the connector with.

    ORDER_API_TOKEN=secret python -m examples.order_api --port 8010 --shop shop.json

It keeps the shop in memory. What a real one must copy faithfully is `OrderSystem.carry_out`: the outcome of a command
is kept under its key in the same transaction as what it changes, done or refused, and found before anything
else is looked at.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from anyio.to_thread import run_sync
from litestar import Litestar, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from examples.shop.generate import generate
from tools.codec import canonical, decode, encode
from tools.desk.changes import Changes
from tools.desk.records import Event
from tools.domain import Customer, Order
from tools.errors import NotFound
from tools.shopdata.shop_file import load_shop
from tools.store.identity import keys, keys_of
from tools.store.memory import MemoryStore
from tools.store.protocol import LocalStore, LocalUnit
from tools.store.rest.wire import (
    CommandHead,
    Customers,
    OneCustomer,
    OneOrder,
    OneProduct,
    Orders,
    Outcome,
    Products,
    ShopHead,
)

AnyRequest = Request[Any, Any, Any]
T = TypeVar("T")
PAGE = 100


class Refused(Exception):
    """The shop says no: `status` is 409 for a version that has moved on, 422 for a rule of the shop."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


def version_of(value: Order | Customer) -> str:
    """Changes whenever anything in it does; a counter in the database does as well."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OrderSystem:
    """What the API answers, over any store that holds a shop."""

    store: LocalStore

    def carry_out(self, key: str, body: bytes) -> tuple[int, Outcome]:
        """Do what a command says, once for each key; the status and outcome are always those of the first time.

        Raises `ValueError` for a body that is no command.
        """
        head = _command(key, body)
        letters = hashlib.sha256(body).hexdigest()
        with self.store.unit_of_work() as unit:
            # Both stay locked until the end: the same key at the same time waits here.
            customer, order = _locked(unit, head)
            kept = self._kept(key)
            if kept is not None:
                if kept.data["letters"] != letters:
                    raise ValueError("Idempotency-Key: it was used for something else")
                return int(kept.data["status"]), Outcome(key, _outcome(kept), kept.why, kept.data["detail"])
            status, outcome = 200, Outcome(key, "done")
            try:
                _check(unit, head, customer, order)
                unit.save(Changes(head.result.order, head.result.customer, head.result.taken))
            except Refused as no:
                status, outcome = no.status, Outcome(key, "refused", no.code, str(no))
            data = {"letters": letters, "status": str(status), "detail": outcome.detail}
            unit.add_event(
                Event("CommandAnswered", head.at, "channel", conversation_id=key, why=outcome.code, data=data)
            )
            unit.commit()
        return status, outcome

    def _kept(self, key: str) -> Event | None:
        return next(iter(self.store.events_of_conversation(key)), None)

    def find(self, facts: dict[str, str]) -> tuple[Customer, ...]:
        wanted = keys(*(facts.get(name) for name in ("email", "phone", "name", "postcode")))
        everybody = self.store.export_shop().customers if wanted.enough else ()
        return tuple(each for each in everybody if wanted.fit(keys_of(each)))

    def order(self, order_id: str) -> Order:
        with self.store.unit_of_work() as unit:
            return unit.order_by_id(order_id)


def _outcome(kept: Event) -> Any:
    return "done" if kept.data["status"] == "200" else "refused"


def _command(key: str, body: bytes) -> CommandHead:
    value = json.loads(body)
    if not isinstance(value, dict) or not isinstance(value.get("command"), dict):
        raise ValueError("command: an object is needed")
    # A system with its own way of doing things works from these two instead of `result`.
    rest = {name: part for name, part in value.items() if name not in ("command", "effect")}
    head = decode(CommandHead, rest, str(value.get("currency", "")) or "CNY")
    if not key or head.key != key:
        raise ValueError("Idempotency-Key: it has to be the key of the body")
    return head


def _locked(unit: LocalUnit, head: CommandHead) -> tuple[Customer | None, Order | None]:
    try:
        customer = unit.customer(head.customer_id)
        return customer, unit.order(head.order_id, customer.id) if head.order_id else None
    except NotFound:
        return None, None


def _check(unit: LocalUnit, head: CommandHead, customer: Customer | None, order: Order | None) -> None:
    """Everything that has to be so; nothing is changed yet."""
    if customer is None or (head.order_id and order is None):
        raise Refused(409, "gone", "there is no such order of this customer any more")
    if order is not None and head.expected.order != version_of(order):
        raise Refused(409, "order_changed", "the order has changed meanwhile")
    if head.expected.customer and head.expected.customer != version_of(customer):
        raise Refused(409, "customer_changed", "the customer's record has changed meanwhile")
    if head.result.order is not None and (order is None or head.result.order.id != order.id):
        raise Refused(422, "wrong_order", "the order to be is another one")
    if head.result.customer is not None and head.result.customer.id != customer.id:
        raise Refused(422, "wrong_customer", "the customer to be is another one")
    _check_stock(unit, order, head.result.taken)


def _check_stock(unit: LocalUnit, order: Order | None, taken: dict[str, int]) -> None:
    ids = sorted({line.product_id for line in order.lines}) if order else []
    variants = {each.sku: each for product in unit.products(ids) for each in product.variants}
    for sku, pieces in taken.items():
        if pieces > 0 and (sku not in variants or not variants[sku].has(pieces)):
            raise Refused(422, "out_of_stock", f"{sku} is sold out")


def _page(items: Sequence[T], cursor: str) -> tuple[tuple[T, ...], str]:
    """A page of what is in order, and where the next one begins; "" after the last."""
    start = int(cursor or 0)
    end = start + PAGE
    return tuple(items[start:end]), str(end) if end < len(items) else ""


def _not_found(_: AnyRequest, error: NotFound) -> Response[Any]:
    return Response({"title": "Not Found", "status": 404, "detail": str(error)}, status_code=404)


def create_app(store: LocalStore, token: str = "") -> Litestar:
    """The ASGI application; with a `token`, only for who brings it."""
    system = OrderSystem(store)

    def known(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get("Authorization", "")
        if token and not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise NotAuthorizedException("a bearer token is needed")

    @get("/shop", sync_to_thread=True)
    def shop() -> Any:
        found = store.export_shop()
        return encode(ShopHead(found.name, found.currency, found.sample, found.extras))

    @get("/customers", sync_to_thread=True)
    def customers(request: AnyRequest) -> Any:
        return encode(Customers(system.find(dict(request.query_params))))

    @get("/customers/{customer_id:str}", sync_to_thread=True)
    def one_customer(customer_id: FromPath[str]) -> Any:
        found = store.customer(customer_id)
        return encode(OneCustomer(found, version_of(found)))

    @get("/customers/{customer_id:str}/orders", sync_to_thread=True)
    def orders(customer_id: FromPath[str], cursor: FromQuery[str] = "") -> Any:
        return encode(Orders(*_page(store.orders_of(customer_id), cursor)))

    @get("/orders/{order_id:str}", sync_to_thread=True)
    def one_order(order_id: FromPath[str]) -> Any:
        found = system.order(order_id)
        return encode(OneOrder(found, version_of(found)))

    @get("/products", sync_to_thread=True)
    def products(request: AnyRequest, cursor: FromQuery[str] = "") -> Any:
        wanted = request.query_params.getall("id", [])
        found = store.products_by_id(wanted) if wanted else store.products()
        return encode(Products(*_page(found, cursor)))

    @get("/products/{product_id:str}", sync_to_thread=True)
    def one_product(product_id: FromPath[str]) -> Any:
        return encode(OneProduct(store.product(product_id)))

    @post("/commands")
    async def command(request: AnyRequest) -> Response[Any]:
        key, body = request.headers.get("Idempotency-Key", ""), await request.body()
        try:
            status, outcome = await run_sync(system.carry_out, key, body)
        except ValueError as error:
            raise ClientException(str(error)) from error
        return Response(encode(outcome), status_code=status)

    return Litestar(
        [shop, customers, one_customer, orders, one_order, products, one_product, command],
        guards=[known],
        exception_handlers={NotFound: _not_found},
        openapi_config=None,
        logging_config=None,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="examples.order_api", description="Serve a shop's order API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--shop", type=Path, metavar="FILE", help="a shop file; without it, the sample shop")
    options = parser.parse_args(arguments)
    found = load_shop(options.shop.read_bytes()) if options.shop else generate(7, datetime.now(UTC))
    app = create_app(MemoryStore(found), os.environ.get("ORDER_API_TOKEN", ""))
    # Queries hold what customers say of themselves.
    uvicorn.run(app, host=options.host, port=options.port, ws="none", access_log=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
