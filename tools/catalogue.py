"""The shop's products by the words of a message; kept for a while, since prices and stock change slowly."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from threading import Lock

from tools.domain import Product
from tools.store.protocol import OrderStore

KEPT_S = 30.0
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Named:
    """A product with the patterns of its names, and of what is short for them."""

    product: Product
    whole: re.Pattern[str] | None
    short: re.Pattern[str] | None


@dataclass
class Catalogue:
    """Reads the whole catalogue at most every `kept_s` seconds. Safe for threads."""

    store: OrderStore
    kept_s: float = KEPT_S
    _known: tuple[_Named, ...] = ()
    _read_at: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def products(self) -> tuple[Product, ...]:
        return tuple(each.product for each in self._read())

    def words(self) -> frozenset[str]:
        """The names of all products, in each language that they have."""
        return frozenset(name for each in self._read() for name in _names(each.product))

    def named(self, text: str) -> tuple[Product, ...]:
        """The products whose whole name, or its last word, stands in a text; whole names count before parts."""
        low, known = text.casefold(), self._read()
        whole = tuple(each.product for each in known if each.whole and each.whole.search(low))
        return whole or tuple(each.product for each in known if each.short and each.short.search(low))

    def _read(self) -> tuple[_Named, ...]:
        with self._lock:
            if time.monotonic() - self._read_at > self.kept_s:
                self._known = tuple(
                    _Named(each, _any_of(_names(each)), _any_of(_heads(each)))
                    for each in self.store.products()
                )
                self._read_at = time.monotonic()
            return self._known


def _any_of(names: set[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(_pattern(name) for name in sorted(names))) if names else None


def _names(product: Product) -> set[str]:
    return {name.casefold() for name in (product.name.en, product.name.zh) if name}


def _heads(product: Product) -> set[str]:
    """ "keyboard" for "Mechanical Keyboard", 键盘 for 机械键盘."""
    words = re.findall(r"[a-z][a-z'-]+", product.name.en.casefold())
    heads = {word for word in words[-1:] if len(word) > 3}
    zh = product.name.zh
    return heads | ({zh[-2:]} if len(zh) > 3 and _CJK.search(zh) else set())


def _pattern(name: str) -> str:
    if _CJK.search(name):
        return re.escape(name)
    words = r"[\s-]*".join(re.escape(word) for word in re.split(r"[\s-]+", name))
    return rf"(?<![a-z]){words}(?:e?s)?(?![a-z])"
