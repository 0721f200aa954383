"""Every number is right, and opens exactly the conversations that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Engine, update

from insights.errors import FilterError
from insights.facts import frames
from insights.facts.filters import Filter
from insights.pseudonyms import Masks, masks
from insights.queries.grouped import channels, complaints, contacts, handovers, sentiment
from insights.queries.listed import conversations, count, transcript
from insights.queries.overview import overview
from insights.queries.products import products
from insights.queries.selection import Selection, where
from insights.queries.stages import stages
from insights.queries.unanswered import unanswered
from tests.insights.facts.raw import LATER, START, ZONE
from tools.store.fact_tables import fact_cases

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
    assert set(opened(served, found[0].selection)) == {f"c{number:02}" for number in range(0, 40, 5)}
    assert not opened(served, Selection(question="nobody's turn"))
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


def test_a_column_takes_several_values(served: Engine) -> None:
    every = frames.conversations(served)
    some = Selection(reason=("tracking", "complaint"))
    assert set(opened(served, some)) == set(
        every[every.reason.isin(["tracking", "complaint"])].conversation_id
    )
    unknown = Selection(reason=("-", "tracking"))
    assert set(opened(served, unknown)) == set(every[every.reason.isin(["", "tracking"])].conversation_id)


def test_customers_are_chosen_by_their_pseudonyms(served: Engine) -> None:
    who = masks(b"key", str).customer
    every = frames.conversations(served)
    chosen = Selection(customer=(who("C-1"), who("C-9")))
    page = conversations(served, chosen, Masks(), limit=200, who=who)
    assert len(page.conversations) == (every.customer_id == "C-1").sum() == count(served, chosen, who) > 0
    assert {each.customer for each in page.conversations} == {"C-1"}
    assert count(served, Selection(customer=who("C-9")), who) == 0


def test_what_findings_count_is_chosen_by_orders_and_their_lines(served: Engine) -> None:
    every, cases = frames.conversations(served), frames.cases(served)
    lines = frames.sales(served)
    sku = str(lines[lines.order_id == "O-1"].sku.iloc[0])
    about = set(every[every.order_id == "O-1"].conversation_id)
    back = set(cases[cases.process == "return"].conversation_id)
    assert about and len(back) == 10
    assert set(opened(served, Selection(outcome="contacted", sku=(sku, "other")))) == about
    assert set(opened(served, Selection(outcome="returned", sku=sku, category="apparel"))) == back
    assert set(opened(served, Selection(outcome="returned:defective", region=("广东", "-")))) <= back
    assert opened(served, Selection(outcome="returned", sku="other")) == []
    until = FIRST + timedelta(days=4)
    early = set(cases[(cases.process == "return") & (cases.day <= str(until))].conversation_id)
    assert set(opened(served, Selection(outcome="returned", happened_until=until))) == early != back


@pytest.mark.parametrize(
    "outcome", ["handed_over", "abandoned", "low_csat", "refused", "unanswered", "came_back"]
)
def test_what_findings_count_of_conversations_is_chosen(served: Engine, outcome: str) -> None:
    every = frames.conversations(served)
    happened = {
        "handed_over": (every.resolution == "handed_over") | (every.handover_reason != ""),
        "abandoned": every.resolution == "abandoned", "low_csat": every.csat <= 2, "refused": every.refused > 0,
        "unanswered": every.unanswered > 0,
        "came_back": (every.resolution == "solved") & (every.customer_id != "") & every.came_back.astype(bool),
    }  # fmt: skip
    assert set(opened(served, Selection(outcome=outcome))) == set(every[happened[outcome]].conversation_id)


def test_cases_that_were_closed_before_a_stage_ended_are_left_out_where_that_is_asked(served: Engine) -> None:
    chosen = Selection(process="return", stage="sent_back")
    assert len(opened(served, chosen)) == len(opened(served, structs.replace(chosen, timed=True))) == 10
    closed = update(fact_cases).where(fact_cases.c.case_id == "RT-3").values(closed_at=LATER)
    with served.begin() as connection:
        connection.execute(closed)
    assert len(opened(served, structs.replace(chosen, timed=True))) == 9


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"region": ("a", "")}, "region: one of several values is empty"),
    ({"sku": tuple(map(str, range(301))), "process": "return"}, "sku: at most 300 values, not 301"),
    ({"carrier": ("a", "b\0")}, "carrier: at most 128 visible"),
    ({"process": "tea"}, "process: delivery, return.*not 'tea'"),
    ({"stage": "received"}, "stage: only with a process"),
    ({"process": "return", "stage": "shipped"}, "stage: approved.*not 'shipped'"),
    ({"resolution": "lost"}, "resolution: solved.*not 'lost'"),
    ({"outcome": "eaten"}, "outcome: handed_over.*not 'eaten'"),
    ({"outcome": "repaired:quality"}, "outcome: .*not 'repaired:quality'"),
    ({"outcome": "returned", "process": "return"}, "outcome: 'returned' is about orders"),
    ({"outcome": "refused", "sku": "A"}, "sku: only with a process or an outcome of orders"),
    ({"outcome": "refused", "happened_until": FIRST}, "happened_until: only with an outcome of orders"),
    ({"timed": True, "process": "return"}, "timed: only with a stage"),
    ({"customer": "C-1"}, "customer: a pseudonym of 12 hex digits, not 'C-1'"),
]


@pytest.mark.parametrize(("bad", "said"), WRONG)
def test_a_selection_without_sense_is_refused_by_name(bad: dict[str, Any], said: str) -> None:
    with pytest.raises(FilterError, match=said):
        where(Selection(**bad))


@pytest.mark.parametrize(
    "bad", [{"since": FIRST, "until": FIRST - timedelta(days=1)}, {"language": "fr"}, {"channel": "a\0b"}]
)
def test_filters_without_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(FilterError):
        Filter(**bad)
    with pytest.raises(FilterError):
        _ = Selection(**bad).filter
