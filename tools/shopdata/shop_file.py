"""The shop file: a whole shop as one JSON text, as docs/shop-format.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from tools.codec import BAD, Decoder, Trail, encode
from tools.domain import Customer, Order, Product, Shop
from tools.errors import ImportRefused, Problem
from tools.shopdata.checks import draft_problems
from tools.shopdata.draft import NO_CURRENCY, Draft, Head, Watch, head_of, unwatched, whole
from tools.shopdata.json_lines import NotJson, lines_of, parts, readable, value_of

LISTS = ("products", "customers", "orders")
# How often a watcher hears of progress, in elements.
STEP = 5000


def dump_shop(shop: Shop) -> str:
    """Write what `load_shop` reads; ends in a newline."""
    return b"".join(dump_parts(shop)).decode()


def dump_parts(shop: Shop, watch: Watch = unwatched) -> Iterator[bytes]:
    """The shop file piece by piece, for shops that nobody wants in memory twice."""
    yield b'{\n "name": ' + _pretty(shop.name, 1)
    yield b',\n "currency": ' + _pretty(shop.currency, 1)
    yield b',\n "sample": ' + _pretty(shop.sample, 1)
    for name in LISTS:
        yield f',\n "{name}": ['.encode()
        items = getattr(shop, name)
        for at, item in enumerate(items):
            if at % STEP == 0:
                watch(f"writing {name}", at, len(items))
            yield (b",\n  " if at else b"\n  ") + _pretty(item, 2)
        yield b"\n ]" if items else b"]"
    yield b',\n "extras": ' + _pretty(shop.extras, 1) + b"\n}\n"


def _pretty(value: object, depth: int) -> bytes:
    text = msgspec.json.format(msgspec.json.encode(encode(value)), indent=1)
    return text.replace(b"\n", b"\n" + b" " * depth)


def load_shop(text: str | bytes, file: str = "shop.json", watch: Watch = unwatched) -> Shop:
    """Read and check a shop; raise `ImportRefused` with every problem as "file: line 3: path: …"."""
    try:
        data = readable(text)
        top = parts(data, dict)
    except NotJson as error:
        raise ImportRefused([Problem((), error.reason, file, error.line)]) from error
    head, currency, problems = _head(top)
    reader = _Reader(Decoder(currency), watch)
    draft = reader.draft(top)
    problems += reader.decoder.problems
    problems += draft_problems(draft, watch) if reader.complete else []
    if problems or head is None:
        lines = lines_of(data, problems)
        raise ImportRefused(replace(item, file=file, line=lines[item]) for item in problems)
    return whole(head, draft)


def _head(top: dict[str, Any]) -> tuple[Head | None, str, list[Problem]]:
    decoder = Decoder(NO_CURRENCY)
    rest = {name: raw for name, raw in top.items() if name not in LISTS}
    values = {name: _value(decoder, raw, (None, name)) for name, raw in rest.items()}
    head, currency = head_of(decoder, {name: value for name, value in values.items() if value is not BAD})
    return head, currency, decoder.problems


def _value(decoder: Decoder, raw: msgspec.Raw, trail: Trail) -> Any:
    try:
        return value_of(raw)
    except ValueError as error:
        return decoder.bad(trail, f"not readable: {error}")


class _Reader:
    """Reads the lists of a shop, one element at a time."""

    def __init__(self, decoder: Decoder, watch: Watch) -> None:
        self.decoder = decoder
        # Without one of the lists, nothing can be said about references to it.
        self.complete = True
        self._watch = watch
        self._unread: dict[str, set[str]] = {name: set() for name in LISTS}

    def draft(self, top: dict[str, Any]) -> Draft:
        return Draft(
            products=self._list("products", Product, top),
            customers=self._list("customers", Customer, top),
            orders=self._list("orders", Order, top),
            unread_products=frozenset(self._unread["products"]),
            unread_customers=frozenset(self._unread["customers"]),
        )

    def _list(self, name: str, kind: type, top: dict[str, msgspec.Raw]) -> list[Any]:
        try:
            items = parts(top[name], list)
        except (KeyError, NotJson) as error:
            self.complete = False
            self.decoder.bad((None, name), error.reason if isinstance(error, NotJson) else "missing")
            return []
        return [self._element(name, kind, at, items) for at in range(len(items))]

    def _element(self, name: str, kind: type, at: int, items: list[msgspec.Raw]) -> Any:
        if at % STEP == 0:
            self._watch(f"reading {name}", at, len(items))
        trail = ((None, name), at)
        value = _value(self.decoder, items[at], trail)
        if value is BAD:
            return None
        read = self.decoder.read(kind, value, trail)
        if read is not BAD:
            return read
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            self._unread[name].add(value["id"])
        return None
