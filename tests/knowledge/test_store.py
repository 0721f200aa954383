"""Revisions are written once, publications follow one another, and two who do it at once never mix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from knowledge.errors import PublicationConflict, RevisionConflict, UnknownDocument
from knowledge.revisions import Publication, Revision, State
from knowledge.store import KnowledgeStore
from tests.knowledge.conftest import NOW, Save, section, text


def publish(store: KnowledgeStore, *members: Revision, after: Publication | None = None) -> Publication:
    return store.publish(after, members, members, "publish", "ann", "why", NOW, "0" * 16)


def test_revisions_of_a_document_are_counted(save: Save, store: KnowledgeStore) -> None:
    first, second = save(text(section(7)), comment="begin"), save(text(section(8)), author="bo")
    other = save(text(section(7), id="shipping"))
    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert (first.author, first.comment, first.at, first.state) == ("ann", "begin", NOW, State.DRAFT)
    assert store.newest("returns.en") == second
    assert store.revision("returns.en", 1) == first
    assert store.history("returns.en") == [second, first]
    assert store.drafts() == [second, other]


def test_what_does_not_exist_is_named(store: KnowledgeStore) -> None:
    assert store.newest("returns.en") is None
    with pytest.raises(UnknownDocument, match=r"returns\.en: there is no revision 3"):
        store.revision("returns.en", 3)
    with pytest.raises(UnknownDocument, match="publication 4"):
        store.publication(4)


def test_an_edit_of_an_old_revision_is_refused(save: Save, store: KnowledgeStore) -> None:
    save(text(section(7)), based_on=0)
    save(text(section(8)), based_on=1)
    with pytest.raises(RevisionConflict, match="you began from revision 1, the newest is 2"):
        save(text(section(9)), based_on=1)
    assert len(store.history("returns.en")) == 2


def test_a_publication_moves_states(save: Save, store: KnowledgeStore) -> None:
    early, late = save(text(section(7))), save(text(section(8)))
    first = publish(store, late)
    assert (first.id, first.previous, first.revisions) == (1, 0, (late.id,))
    assert [each.state for each in store.history("returns.en")] == [State.PUBLISHED, State.SUPERSEDED]
    assert store.drafts() == []
    newest = save(text(section(9)))
    second = publish(store, newest, after=first)
    states = {each.id: each.state for each in store.history("returns.en")}
    assert states == {newest.id: State.PUBLISHED, late.id: State.SUPERSEDED, early.id: State.SUPERSEDED}
    assert store.current() == second
    assert store.current_id() == 2
    assert store.revisions_of(second)[0].text == newest.text
    assert store.publications() == [second, first]


def test_a_draft_of_another_document_stays_open(save: Save, store: KnowledgeStore) -> None:
    one, other = save(text(section(7))), save(text(section(7), id="shipping"))
    publish(store, one)
    assert store.drafts() == [other]


def test_the_second_of_two_publications_after_the_same_one_is_refused(
    save: Save, store: KnowledgeStore
) -> None:
    first = publish(store, save(text(section(7))))
    publish(store, save(text(section(8))), after=first)
    late = save(text(section(9)))
    with pytest.raises(PublicationConflict):
        publish(store, late, after=first)
    assert store.revision("returns.en", 3).state == State.DRAFT
    assert store.current_id() == 2


def test_many_authors_at_once_lose_nothing(engine: Engine, store: KnowledgeStore) -> None:
    together = Barrier(4)

    def write(author: int) -> list[int]:
        own = KnowledgeStore(engine)
        together.wait()
        return [
            own.add("returns.en", f"{author} {n}", "d" * 12, f"a{author}", "", NOW).number for n in range(5)
        ]

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for written in pool.map(write, range(4)) for number in written]
    assert sorted(numbers) == list(range(1, 21))
    texts = {each.text for each in store.history("returns.en")}
    assert texts == {f"{author} {n}" for author in range(4) for n in range(5)}
