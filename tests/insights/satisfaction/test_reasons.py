"""Why customers were not satisfied, as the shop reads it: masked, grouped by meaning, in both languages together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from insights.facts.filters import Filter
from insights.satisfaction.reasons import ReasonGroup, reason_groups
from knowledge.gaps.reference import Reference
from service.settings import ROOT, Settings
from tests.insights.satisfaction.conftest import Planted

MEANINGS = {"refund": ("refund", "退款"), "courier": ("courier", "快递"), "price": ("price", "价")}
PLAIN = Reference({}, np.zeros((0, len(MEANINGS)), dtype=np.float32))


def embed(texts: list[str]) -> list[list[float]]:
    """Each meaning its own direction, by its words."""
    return [[float(any(w in text.lower() for w in words)) for words in MEANINGS.values()] for text in texts]


def groups(planted: Planted, wanted: Filter | None = None) -> list[ReasonGroup]:
    return reason_groups(planted.engine, wanted or Filter(), embed, PLAIN)


def test_one_meaning_is_one_group_in_both_languages(planted: Planted) -> None:
    first = planted.talk(1, reason="退款等了两周")
    planted.talk(thumb=-1, reason="快递员态度差")
    second = planted.talk(2, reason="the refund never came", language="en", channel="app")
    third = planted.talk(thumb=-1, reason="退款太慢")
    refunds, courier = groups(planted)
    assert (refunds.count, refunds.low_ratings, refunds.thumbs_down) == (3, 2, 1)
    assert (refunds.languages, refunds.channels) == ({"zh": 2, "en": 1}, {"web": 2, "app": 1})
    assert refunds.conversation_ids == (first, second, third)
    assert refunds.title in refunds.texts
    assert len(refunds.texts) == 3
    assert (courier.title, courier.count) == ("快递员态度差", 1)


def test_only_those_who_were_not_satisfied(planted: Planted) -> None:
    planted.talk(5, reason="refund came at once", language="en")
    planted.talk(4, reason="price is fine", language="en")
    planted.talk(thumb=1, reason="courier was nice", language="en")
    planted.talk(3, reason="the price had changed", language="en")
    planted.talk(1)
    assert [each.title for each in groups(planted)] == ["the price had changed"]


def test_the_filter_and_words_without_content(planted: Planted) -> None:
    planted.talk(1, reason="退款太慢", days=-2)
    planted.talk(1, reason="退款太慢", channel="app")
    planted.talk(1, reason="。。。")
    [found] = groups(planted, Filter(since=date(2026, 11, 20)))
    assert (found.count, found.channels) == (1, {"app": 1})
    assert groups(planted, Filter(channel="phone")) == []


def test_who_wrote_it_does_not_show(planted: Planted) -> None:
    planted.talk(1, reason="refund! write to li.wen@example.org or call 13812345678", language="en")
    [found] = groups(planted)
    shown = " ".join((found.title, *found.texts))
    assert "li.wen" not in shown
    assert "13812345678" not in shown


REASONS = {
    "slow refund": ("退款太慢了", "等了两个星期钱还没退回来", "退的钱一直没到账", "My refund took weeks", "still waiting for my money back"),
    "wrong answer": ("答非所问", "机器人没听懂我的问题", "回答跟我问的没关系", "It did not understand my question", "the bot answered something else"),
    "rude courier": ("快递员态度很差", "送货的人骂人", "配送员特别凶", "the courier was rude", "delivery driver shouted at me"),
}  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_real_reasons_with_the_real_embedding(planted: Planted) -> None:
    from service.embedding import load_embeddings

    if not (ROOT / ".kefu" / "models" / "multilingual-e5-small").exists():
        pytest.skip("no embedding yet: run `make setup`")
    meant = {}
    for meaning, texts in REASONS.items():
        for text in texts:
            language = "en" if text.isascii() else "zh"
            meant[planted.talk(1, reason=text, language=language)] = meaning
    embeddings = load_embeddings(Settings(data_dir=ROOT / ".kefu"))
    found = reason_groups(planted.engine, Filter(), embeddings.embed_queries)
    largest = [max(_counted(each, meant).values()) for each in found]
    assert sum(largest) / len(meant) >= 0.9
    assert len(found) <= 5
    assert {max(_counted(each, meant), key=_counted(each, meant).__getitem__) for each in found[:3]} == set(
        REASONS
    )


def _counted(found: ReasonGroup, meant: dict[str, str]) -> dict[str, int]:
    names = [meant[name] for name in found.conversation_ids]
    return {name: names.count(name) for name in names}
