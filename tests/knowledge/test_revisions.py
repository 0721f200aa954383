"""Which revision holds on which day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from knowledge.revisions import Revision, State, documents_of, parse, with_change
from tests.knowledge.conftest import NOW, TODAY, section, text

DAYS = st.none() | st.integers(-60, 60).map(lambda shift: TODAY + timedelta(days=shift))


def revision(number: int, begins: date | None, removes: bool = False) -> Revision:
    fields = {"effective_from": begins} if begins else {}
    body = text(section(number), **fields)
    return Revision(
        f"v{number}", "returns.en", number, body, parse(body, "x").revision, removes, "", "ann", "", NOW,
        State.PUBLISHED,
    )  # fmt: skip


@given(st.lists(DAYS, min_size=1, max_size=8), st.integers(-80, 80))
def test_on_every_day_at_most_one_revision_of_a_document_holds(begins: list[date | None], shift: int) -> None:
    published: list[Revision] = []
    for number, day in enumerate(begins, start=1):
        published = with_change(published, revision(number, day), TODAY)
    day = TODAY + timedelta(days=shift)
    holding = [
        document
        for document in documents_of(published)
        if (document.effective_from or day) <= day <= (document.effective_to or day)
    ]
    assert len(holding) <= 1


@given(st.lists(DAYS, min_size=1, max_size=8))
def test_what_was_published_last_holds_on_its_first_day(begins: list[date | None]) -> None:
    published: list[Revision] = []
    for number, day in enumerate(begins, start=1):
        published = with_change(published, revision(number, day), TODAY)
    last, first = begins[-1], max(begins[-1] or TODAY, TODAY)
    holding = [
        document
        for document in documents_of(published)
        if (document.effective_from or first) <= first <= (document.effective_to or first)
    ]
    assert [f"within {len(begins)} days" in document.body for document in holding] == [True], last


def test_a_removal_takes_what_is_to_come_along() -> None:
    published = with_change([revision(1, None)], revision(2, TODAY + timedelta(days=9)), TODAY)
    assert len(published) == 2
    assert with_change(published, revision(3, None, removes=True), TODAY) == []
