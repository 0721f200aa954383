"""What a description tells is told; what it does not say is never made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.facts import answer_from_data
from agent.product_facts import tells
from agent.types import Evidence
from tests.agent.builders import evidence, understood
from tests.agent.goods import HEADPHONES, KETTLE
from tools.domain import Language, Product, Text

SPEAKER = replace(
    HEADPHONES,
    name=Text(zh="便携防水音箱", en="Waterproof Speaker"),
    description=Text(
        zh="一次充电播放 18 小时，铝合金外壳，可水洗。", en="Plays for 18 hours on a charge; washable."
    ),
)
FLASK = replace(
    KETTLE,
    name=Text(zh="焖烧杯", en="Food Flask"),
    description=Text(zh="保温 9 小时。", en="Keeps hot for 9 hours."),
)


@pytest.mark.parametrize(
    ("text", "product", "language"),
    [
        ("便携防水音箱充一次电能放多久", SPEAKER, "zh"),
        ("How many hours does the waterproof speaker run?", SPEAKER, "en"),
        ("焖烧杯保温多久啊", FLASK, "zh"),
        ("does the food flask keep soup hot for long?", FLASK, "en"),
    ],
)
def test_what_the_description_tells_is_told(text: str, product: Product, language: Language) -> None:
    assert tells(text, product, language)


@pytest.mark.parametrize(
    ("text", "product", "language"),
    [
        ("便携防水音箱是多少瓦的", SPEAKER, "zh"),
        ("便携防水音箱多重", SPEAKER, "zh"),
        ("便携防水音箱防水吗", SPEAKER, "zh"),
        ("how heavy is the waterproof speaker?", SPEAKER, "en"),
        ("food flask: how many hours does its battery last?", FLASK, "en"),
        ("How many hours until the broken speaker is repaired?", SPEAKER, "en"),
        ("洗过的音箱还能退吗", SPEAKER, "zh"),
    ],
)
def test_what_it_does_not_tell_is_left_to_others(text: str, product: Product, language: Language) -> None:
    assert not tells(text, product, language)


def known(*named: Product) -> Evidence:
    return replace(evidence(), named_products=named)


def answered(text: str, *named: Product, intent: str = "product_question") -> str:
    part = answer_from_data(intent, text, understood(text, intent), known(*named), ())
    return part.template if part else ""


@pytest.mark.parametrize(
    "text", ["电热水壶卖多少", "电热水壶什么价", "what does the kettle cost?", "How much is the kettle?"]
)
def test_what_something_costs_stands_in_the_catalogue(text: str) -> None:
    assert answered(text, KETTLE) == "offers"


@pytest.mark.parametrize(
    "text",
    [
        "退电热水壶邮费多少钱",
        "电热水壶降价了，差价怎么算",
        "what did I pay for the kettle",
        "kettle repair cost?",
        "do you sell spare lids for the kettle, what do they cost",
    ],
)
def test_other_sums_are_no_price(text: str) -> None:
    assert answered(text, KETTLE) == ""


def test_of_two_products_no_description_is_told() -> None:
    assert answered("How many hours does it run on a charge?", SPEAKER) == "product_facts"
    assert answered("How many hours do they run on a charge?", SPEAKER, FLASK) != "product_facts"


def test_an_option_that_is_sold_out_is_said_to_be() -> None:
    gone = replace(KETTLE, variants=tuple(replace(each, stock=0) for each in KETTLE.variants))
    part = answer_from_data("stock_question", "电热水壶有货吗", understood("电热水壶有货吗"), known(gone), ())
    assert part is not None and [offer.missing for offer in part.values["offers"]] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "便携防水音箱是哪个厂代工的？充一次电能放多久",
        "便携防水音箱产地在哪，多少钱",
        "便携防水音箱哪个颜色卖得最好，还有货吗",
        "便携防水音箱的电池单卖吗，多少钱",
        "Which waterproof speaker do people take more, and how many sold last month?",
        "Waterproof speaker: where is it made? how many hours on a charge?",
        "do you sell just the case of the waterproof speaker, what price",
        "is there a real shop where i can hear the waterproof speaker first? how much is it",
        "便携防水音箱在你们门店能试听吗，多少钱",
    ],
)
@pytest.mark.parametrize("intent", ["product_question", "stock_question"])
def test_who_makes_it_how_it_sells_and_its_parts_are_in_no_data(text: str, intent: str) -> None:
    assert answer_from_data(intent, text, understood(text, intent), known(SPEAKER), ()) is None
