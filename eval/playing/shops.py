"""The shops that cases are played in: the sample shop at one fixed moment or a file, with the case's own changes."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases.errors import BadSuite
from eval.cases.schema import ShopState
from eval.replies.sample import sample_shop
from tools.codec import DecodeError, decode, encode
from tools.domain import Customer, Order, Product, Shop
from tools.errors import ImportRefused
from tools.shopdata.shop_file import load_shop
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

_KINDS: Mapping[str, type[Any]] = {"products": Product, "customers": Customer, "orders": Order}
UNCHANGED = ShopState()


class Shops:
    """Each different shop is made once in `folder`, as a database file that cases take copies of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, tuple[Shop, Path]] = {}
        self._making = threading.Lock()

    def open(self, state: ShopState | None, beside: Path) -> tuple[Shop, Path]:
        """The shop and its database. `beside` is the suite's file. Raises `BadSuite`."""
        wanted = state or UNCHANGED
        key = json.dumps([str(beside.parent) if wanted.file else "", wanted.file, wanted.set], sort_keys=True)
        with self._making:
            if key not in self._made:
                shop = shop_of(wanted, beside)
                path = self._folder / f"shop-{len(self._made)}.sqlite3"
                try:
                    _write(shop, path)
                except ImportRefused as error:
                    raise BadSuite([f"{beside}: shop: does not hold together: {error}"]) from error
                self._made[key] = shop, path
        return self._made[key]


def shop_of(state: ShopState, beside: Path) -> Shop:
    """The shop that a state describes. Raises `BadSuite` for a file or a path that does not exist."""
    shop = _file(beside.parent / state.file, beside) if state.file else sample_shop()
    return changed(shop, state.set, beside) if state.set else shop


def changed(shop: Shop, values: Mapping[str, Any], beside: Path) -> Shop:
    """The same shop with single values in place of its own, by path. Raises `BadSuite` for each that does not fit."""
    problems: list[str] = []
    items: dict[tuple[str, str], Any] = {}
    for path, value in values.items():
        try:
            group, key, field = _parts(path)
            if (group, key) not in items:
                items[group, key] = encode(_item(shop, group, key))
            _put(items[group, key], field, value)
        except LookupError as error:
            problems.append(f"{beside}: shop.set: {path}: {error.args[0]}")
    made: dict[str, dict[str, Any]] = {name: {} for name in _KINDS}
    for (group, key), plain in items.items():
        try:
            made[group][key] = decode(_KINDS[group], plain, shop.currency)
        except DecodeError as error:
            problems += [f"{beside}: shop.set: {group}.{key}: {each}" for each in error.problems]
    if problems:
        raise BadSuite(problems)
    lists = {
        name: tuple(made[name].get(each.id, each) for each in getattr(shop, name)) for name in _KINDS
    }  # fmt: skip
    return Shop(shop.name, shop.currency, shop.sample, extras=shop.extras, **lists)


def _file(path: Path, beside: Path) -> Shop:
    try:
        return load_shop(path.read_bytes(), path.name)
    except OSError as error:
        raise BadSuite([f"{beside}: shop.file: {path} cannot be read: {error.strerror}"]) from error
    except ImportRefused as error:
        raise BadSuite([f"{beside}: shop.file: {error}"]) from error


def _parts(path: str) -> tuple[str, str, list[str]]:
    group, _, rest = path.partition(".")
    key, _, field = rest.partition(".")
    if group not in _KINDS or not field:
        raise LookupError(f"begins with none of {', '.join(f'{each}.ID.' for each in _KINDS)}")
    return group, key, field.split(".")


def _item(shop: Shop, group: str, key: str) -> Any:
    for each in getattr(shop, group):
        if each.id == key:
            return each
    raise LookupError(f"there is no {group.removesuffix('s')} {key}")


def _put(plain: Any, field: list[str], value: Any) -> None:
    """Set a value deep in plain data; numbers stand for places in lists, from 0."""
    *way, last = field
    for part in way:
        plain = plain[_place(plain, part)]
    plain[_place(plain, last)] = copy.deepcopy(value)


def _place(plain: Any, part: str) -> str | int:
    if isinstance(plain, list) and part.isdecimal() and int(part) < len(plain):
        return int(part)
    if isinstance(plain, dict) and part in plain:
        return part
    if isinstance(plain, dict):
        raise LookupError(f"{part!r} is not there; there is {', '.join(plain)}")
    if isinstance(plain, list):
        raise LookupError(f"{part!r} is no place in a list of {len(plain)}; they count from 0")
    raise LookupError(f"{part!r} is not there; what is before it has no parts")


def _write(shop: Shop, path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    try:
        migrate(engine)
        SqlStore(engine).import_shop(shop)
    finally:
        engine.dispose()
