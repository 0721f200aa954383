"""Every number is right, and opens exactly the conversations that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from insights.errors import FilterError
from insights.facts import frames
from insights.facts.filters import Filter
from insights.pseudonyms import Masks, masks
from insights.queries.grouped import channels, complaints, contacts, handovers, sentiment
from insights.queries.listed import conversations, transcript
from insights.queries.overview import overview
from insights.queries.products import products
from insights.queries.selection import Selection
from insights.queries.stages import stages
from insights.queries.unanswered import unanswered
from tests.insights.facts.raw import START, ZONE

FIRST = START.date()
FILTERS = (
    Filter(),
    Filter(FIRST + timedelta(days=3), FIRST + timedelta(days=14)),
    Filter(channel="web", language="en"),
    Filter(since=FIRST + timedelta(days=5), product_id="P-apparel"),
)


def opened(engine: Engine, selection: Selection) -> list[str]:
    """The conversations behind a number, page by page."""
    found: list[str] = []
    after = ""
    while True:
        page = conversations(engine, selection, Masks(), after, limit=7)
        found += [each.conversation_id for each in page.conversations]
        after = page.next
        if not after:
            return found


def test_every_number_opens_its_conversations(served: Engine) -> None:
    for wanted in FILTERS:
        numbers: Iterator[Any] = iter(
            [
                *contacts(served, wanted), *sentiment(served, wanted), *channels(served, wanted),
                *complaints(served, wanted),
            ]
        )  # fmt: skip
        for number in numbers:
            listed = opened(served, number.selection)
            assert len(listed) == len(set(listed)) == number.count, number


def test_handovers_and_refusals_open_their_conversations(served: Engine) -> None:
    for wanted in FILTERS:
        found = handovers(served, wanted)
        assert {each.of for each in found} == {"handover", "refuse"}
        for each in found:
            assert len(opened(served, each.selection)) == each.count


def test_the_overview_is_what_the_rows_say(served: Engine) -> None:
    for wanted in FILTERS:
        rows = frames.conversations(served, wanted)
        found = {each.name: each for each in overview(served, wanted).figures}
        assert found["contacts"].value == len(rows)
        assert found["solved"].value == pytest.approx((rows.resolution == "solved").mean())
        assert found["mood"].value == pytest.approx(rows.sentiment.mean())
        if rows.csat.notna().any():
            assert found["csat"].value == pytest.approx(rows.csat.mean())
        for name in ("handed_over", "complaints", "bad_mood", "unanswered", "came_back"):
            share = found[name]
            assert len(opened(served, share.selection)) == round((share.value or 0.0) * share.count)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(served: Engine) -> None:
    since, until = FIRST + timedelta(days=8), FIRST + timedelta(days=11)
    now = overview(served, Filter(since, until)).figures[0]
    then = overview(served, Filter(FIRST + timedelta(days=4), FIRST + timedelta(days=7))).figures[0]
    assert now.before == then.value
    assert overview(served, Filter()).figures[0].before is None


def test_nothing_is_no_error(engine: Engine) -> None:
    figures = {each.name: each.value for each in overview(engine, Filter()).figures}
    assert (figures["contacts"], figures["solved"], figures["csat"]) == (0.0, None, None)
    assert not stages(engine, Filter(), "complaint")
    assert not products(engine, Filter())


def test_stages_tell_median_and_ninth_decile_within_two_and_a_half_percent(served: Engine) -> None:
    approved = next(each for each in stages(served, Filter(), "return") if each.stage == "approved")
    assert (approved.count, approved.waiting) == (10, 0)
    assert approved.median == pytest.approx(5.0, rel=0.026)
    assert approved.p90 == pytest.approx(9.0, rel=0.026)
    assert len(opened(served, approved.selection)) == 10
    waiting = next(each for each in stages(served, Filter(), "return") if each.stage == "sent_back")
    assert (waiting.count, waiting.waiting, waiting.median) == (0, 10, None)


def test_stages_by_a_dimension_open_theirs(served: Engine) -> None:
    found = stages(served, Filter(), "return", "channel", "approved")
    assert sum(each.count for each in found) == 10
    for each in found:
        assert len(opened(served, each.selection)) == each.count


def test_products_count_contacts_for_every_hundred_orders(served: Engine) -> None:
    found = {each.product_id: each for each in products(served, Filter(), least=1)}
    apparel = found["P-apparel"]
    assert apparel.per_100 == pytest.approx(100 * apparel.contacts / apparel.orders)
    assert len(opened(served, apparel.selection)) == apparel.contacts


def test_questions_without_an_answer_are_counted(served: Engine) -> None:
    found = unanswered(served, Filter(), ZONE)
    assert [(each.question, each.count) for each in found] == [("能开专票吗", 8)]
    later = unanswered(served, Filter(since=FIRST + timedelta(days=12)), ZONE)
    assert 0 < later[0].count < 8


def test_what_says_who_somebody_is_is_masked(served: Engine) -> None:
    shown = masks(b"key", lambda text: text.replace("13800138000", "·"))
    page = conversations(served, Selection(any_reason="tracking"), shown)
    told = transcript(served, "c00", shown)
    assert told is not None
    assert "138" not in repr(page) + repr(told)
    assert not {"C-1", "C-2", "O-1"} & {each.customer for each in page.conversations}
    assert not {"O-1"} & {each.order_id for each in page.conversations}
    assert transcript(served, "nobody", shown) is None


@pytest.mark.parametrize(
    ("process", "by", "stage"),
    [("refund", "", ""), ("return", "colour", ""), ("return", "", "eaten")],
)
def test_what_there_is_not_is_refused_by_name(engine: Engine, process: str, by: Any, stage: str) -> None:
    with pytest.raises(FilterError, match="not"):
        stages(engine, Filter(), process, by, stage)


@pytest.mark.parametrize(
    "bad", [{"since": FIRST, "until": FIRST - timedelta(days=1)}, {"language": "fr"}, {"channel": "a\0b"}]
)
def test_filters_without_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(FilterError):
        Filter(**bad)
    with pytest.raises(FilterError):
        _ = Selection(**bad).filter
