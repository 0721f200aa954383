"""Products by the words of a message, without reading the catalogue for each of them."""

from __future__ import annotations

import threading
import time

import pytest

from tests.tools.builders import wardrobe, yuan
from tools.catalogue import Catalogue
from tools.domain import Category, Product, Text, Variant
from tools.store.memory import MemoryStore


def product(number: int, en: str, zh: str) -> Product:
    variant = Variant(f"SKU-{number}", {"size": Text("中号", "M")}, yuan("10.00"), 1)
    return Product(f"P-{number}", Text(zh, en), Category.HOME, Text("", ""), (variant,))


KETTLE = product(1, "Electric Kettle", "电热水壶")
BOARD = product(2, "Mechanical Keyboard", "机械键盘")
WIRELESS = product(3, "Wireless Keyboard", "无线键盘")
LAMP = product(4, "Desk Lamp", "护眼台灯")
RICE = product(5, "Rice", "大米")


class Shelf(MemoryStore):
    """Counts how often the catalogue is read."""

    def __init__(self, *goods: Product) -> None:
        super().__init__()
        self.goods, self.reads = goods, 0

    def products(self) -> tuple[Product, ...]:
        self.reads += 1
        time.sleep(0.001)
        return self.goods


ALL = (KETTLE, BOARD, WIRELESS, LAMP, RICE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Do you have the Electric Kettle?", [KETTLE]),
        ("any ELECTRIC KETTLES left", [KETTLE]),
        ("an electric-kettle", [KETTLE]),
        ("电热水壶有货吗", [KETTLE]),
        ("which kettles do you sell", [KETTLE]),
        ("水壶还有吗", [KETTLE]),
        ("lamps?", [LAMP]),
        ("台灯", [LAMP]),
        ("a kettle and a lamp", [KETTLE, LAMP]),
        ("I need a keyboard", [BOARD, WIRELESS]),
        ("键盘有哪些", [BOARD, WIRELESS]),
        ("the wireless keyboard", [WIRELESS]),
        ("无线键盘", [WIRELESS]),
        ("大米多少钱", [RICE]),
        ("keyboards for pianos and kettledrums", [BOARD, WIRELESS]),
        ("clamps", []),
        ("what time is it", []),
        ("", []),
    ],
)
def test_products_are_found_by_name_and_by_the_last_word_of_it(text: str, expected: list[Product]) -> None:
    assert list(Catalogue(Shelf(*ALL)).named(text)) == expected


def test_whole_names_count_before_parts() -> None:
    assert Catalogue(Shelf(*ALL)).named("the mechanical keyboard or another keyboard") == (BOARD,)


def test_the_catalogue_is_read_once_for_many_messages() -> None:
    shelf = Shelf(*ALL)
    catalogue = Catalogue(shelf)
    for text in ("kettle", "lamp", "台灯", "nothing"):
        catalogue.named(text)
    assert shelf.reads == 1


def test_the_catalogue_is_read_again_after_a_while() -> None:
    shelf = Shelf(KETTLE)
    catalogue = Catalogue(shelf, kept_s=0.0)
    assert catalogue.products() == (KETTLE,)
    shelf.goods = (KETTLE, LAMP)
    time.sleep(0.002)
    assert catalogue.products() == (KETTLE, LAMP)


def test_many_threads_read_the_catalogue_once() -> None:
    shelf = Shelf(*ALL)
    catalogue = Catalogue(shelf)
    seen: list[tuple[Product, ...]] = []
    threads = [threading.Thread(target=lambda: seen.append(catalogue.products())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [ALL] * 8
    assert shelf.reads == 1


def test_a_shop_without_products_names_nothing() -> None:
    assert Catalogue(Shelf()).named("kettle") == ()
    assert Catalogue(Shelf(wardrobe())).named("kettle") == ()
