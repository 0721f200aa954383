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


@dataclass
class Catalogue:
    """Reads the whole catalogue at most every `kept_s` seconds. Safe for threads."""

    store: OrderStore
    kept_s: float = KEPT_S
    _products: tuple[Product, ...] = ()
    _read_at: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def products(self) -> tuple[Product, ...]:
        with self._lock:
            if time.monotonic() - self._read_at > self.kept_s:
                self._products = self.store.products()
                self._read_at = time.monotonic()
            return self._products

    def named(self, text: str) -> tuple[Product, ...]:
        """The products whose whole name, or its last word, stands in a text; whole names count before parts."""
        low = text.casefold()
        whole = tuple(each for each in self.products() if _stands(each, low, _names(each)))
        return whole or tuple(each for each in self.products() if _stands(each, low, _heads(each)))


def _stands(product: Product, text: str, names: set[str]) -> bool:
    return any(re.search(_pattern(name), text) for name in names)


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
