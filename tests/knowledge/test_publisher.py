"""The next question is answered from what was just published; nobody ever gets half of it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import NothingToPublish
from knowledge.publisher import Publisher
from knowledge.revisions import Publication
from knowledge.store import KnowledgeStore
from retrieval import storage
from retrieval.errors import EmbeddingFailed, NothingToIndex
from retrieval.snapshot import open_current
from tests.knowledge.conftest import NOW, TODAY, Save, section, text
from tests.retrieval.fakes import HashEmbeddings
from tools.store.database import make_engine

QUESTION = "return window: within how many days do goods go back"


def said(publisher: Publisher, day: date | None = None) -> str:
    """What the index in use says about the return window."""
    snapshot = open_current(publisher.folder, publisher.embeddings())
    now = NOW if day is None else NOW.replace(year=day.year, month=day.month, day=day.day)
    return snapshot.search(QUESTION, "en", 1, now)[0].passage.text


def publish(publisher: Publisher, save: Save, body: str, **fields: Any) -> Publication:
    return publisher.publish([save(text(body, **fields))], "ann", "", NOW, TODAY)


def test_what_is_published_is_what_is_found(publisher: Publisher, save: Save) -> None:
    publish(publisher, save, section(7))
    assert "within 7 days" in said(publisher)
    publish(publisher, save, section(8))
    assert "within 8 days" in said(publisher)


def test_only_changed_passages_are_embedded_again(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings
) -> None:
    publish(publisher, save, section(7))
    embeddings.embedded.clear()
    publish(publisher, save, section(8))
    assert len(embeddings.embedded) == 1
    assert "within 8 days" in embeddings.embedded[0]


def test_a_document_is_taken_away(publisher: Publisher, save: Save, store: KnowledgeStore) -> None:
    publish(publisher, save, section(7))
    publish(publisher, save, "## Parcels {#parcels}\nParcels leave at noon.", id="shipping")
    gone = store.add("returns.en", text(section(7)), "x", "ann", "", NOW, removes=True)
    publisher.publish([gone], "ann", "", NOW, TODAY)
    snapshot = open_current(publisher.folder, publisher.embeddings())
    assert {passage.document_id for passage in snapshot.passages} == {"shipping"}


def test_a_revision_waits_for_its_day(publisher: Publisher, save: Save) -> None:
    publish(publisher, save, section(7))
    publish(publisher, save, section(14), effective_from="2026-12-01")
    assert "within 7 days" in said(publisher, date(2026, 11, 30))
    assert "within 14 days" in said(publisher, date(2026, 12, 1))
    publish(publisher, save, section(10))
    assert "within 10 days" in said(publisher, date(2026, 11, 30)), "a mend today leaves what is to come"
    assert "within 14 days" in said(publisher, date(2026, 12, 1))


def test_going_back(publisher: Publisher, save: Save, store: KnowledgeStore) -> None:
    first = publish(publisher, save, section(7))
    publish(publisher, save, section(8))
    back = publisher.roll_back(first, "bo", "8 was wrong", NOW)
    assert "within 7 days" in said(publisher)
    assert (back.id, back.kind, back.author, back.revisions) == (3, "rollback", "bo", first.revisions)
    assert [each.state.value for each in store.history("returns.en")] == ["superseded", "published"]
    with pytest.raises(NothingToPublish):
        publisher.roll_back(first, "bo", "", NOW)


def test_nothing_is_published_by_half(publisher: Publisher, save: Save, store: KnowledgeStore) -> None:
    with pytest.raises(NothingToPublish):
        publisher.publish([], "ann", "", NOW, TODAY)
    publish(publisher, save, section(7))
    gone = store.add("returns.en", text(section(7)), "x", "ann", "", NOW, removes=True)
    with pytest.raises(NothingToIndex):
        publisher.publish([gone], "ann", "", NOW, TODAY)
    assert "within 7 days" in said(publisher)
    assert store.current_id() == 1


class _Failing(HashEmbeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise EmbeddingFailed("no memory left")


def test_an_embedding_that_fails_leaves_all_as_it_was(
    publisher: Publisher, save: Save, store: KnowledgeStore
) -> None:
    publish(publisher, save, section(7))
    failing = Publisher(store, publisher.folder, _Failing, lambda: ())
    draft = save(text(section(8)))
    with pytest.raises(EmbeddingFailed):
        failing.publish([draft], "ann", "", NOW, TODAY)
    assert "within 7 days" in said(publisher)
    assert store.drafts() == [draft]


def test_a_candidate_is_not_in_use(publisher: Publisher, save: Save, store: KnowledgeStore) -> None:
    publish(publisher, save, section(7))
    draft = save(text(section(8)))
    candidate = publisher.candidate([draft], TODAY)
    assert "within 8 days" in candidate.search(QUESTION, "en", 1, NOW)[0].passage.text
    assert "within 7 days" in said(publisher)
    assert store.drafts() == [draft]


@pytest.mark.parametrize("harm", ["absent", "damaged", "other"])
def test_the_database_says_what_is_in_use(
    publisher: Publisher, save: Save, store: KnowledgeStore, harm: str
) -> None:
    first = publish(publisher, save, section(7))
    second = publish(publisher, save, section(8))
    if harm == "absent":
        (publisher.folder / "CURRENT").unlink()
    elif harm == "damaged":
        (publisher.folder / "snapshots" / second.snapshot_id / "manifest.json").write_text("{}")
    else:
        storage.point_to(publisher.folder, first.snapshot_id)
    fresh = Publisher(store, publisher.folder, publisher.embeddings, lambda: ())
    assert fresh.follow() == second.snapshot_id
    assert "within 8 days" in said(publisher)
    assert fresh.follow() is None


def test_another_machine_builds_its_own(
    publisher: Publisher, save: Save, store: KnowledgeStore, tmp_path: Path
) -> None:
    elsewhere = Publisher(store, tmp_path / "elsewhere", publisher.embeddings, lambda: ())
    assert elsewhere.follow() is None, "nothing was published yet"
    publish(publisher, save, section(7))
    elsewhere.follow()
    assert "within 7 days" in said(elsewhere)
    publish(elsewhere, save, section(8))
    publisher.follow()
    assert "within 8 days" in said(publisher)


def _children() -> Any:
    """Processes of their own, forked from one that has imported everything and done nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.knowledge.test_publisher"])
    return context


def _publish_elsewhere(url: str, folder: Path, number: int) -> None:
    """A process of its own that publishes one more document."""
    engine = make_engine(url)
    store = KnowledgeStore(engine)
    publisher = Publisher(store, folder, HashEmbeddings, lambda: ())
    body = text(section(number), id=f"shop-{number}")
    draft = store.add(f"shop-{number}.en", body, f"{number:012d}", "ann", "", NOW)
    publisher.publish([draft], "ann", "", NOW, TODAY)
    engine.dispose()


@pytest.mark.slow
def test_processes_that_publish_at_once_all_land(publisher: Publisher, save: Save, database_url: str) -> None:
    publish(publisher, save, section(7))
    spawn = _children()
    workers = [
        spawn.Process(target=_publish_elsewhere, args=(database_url, publisher.folder, number))
        for number in (21, 22, 23)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    snapshot = open_current(publisher.folder, publisher.embeddings())
    assert {p.document_id for p in snapshot.passages} == {"returns", "shop-21", "shop-22", "shop-23"}
    assert publisher.store.current_id() == 4


# Where a publishing process is killed: every step that leaves a trace on the disk or in the database.
_STEPS = (
    "retrieval.storage.checksums",
    "retrieval.storage.publish",
    "retrieval.storage._sync_folders",
    "knowledge.store.KnowledgeStore.publish",
    "knowledge.store._move_states",
    "knowledge.publisher.Publisher._point",
    "retrieval.storage.point_to",
    "retrieval.storage.prune",
)


def _die_at(step: str, when: str, url: str, folder: Path) -> None:
    """Publish 8 days, and be killed before or after `step`."""
    import importlib

    engine = make_engine(url)
    store = KnowledgeStore(engine)
    module, *path = _resolved(step)
    owner: Any = importlib.import_module(module)
    for name in path[:-1]:
        owner = getattr(owner, name)
    real = getattr(owner, path[-1])

    def deadly(*arguments: Any, **more: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, path[-1], deadly)
    publisher = Publisher(store, folder, HashEmbeddings, lambda: ())
    publisher.publish(store.drafts(), "ann", "", NOW, TODAY)


def _resolved(step: str) -> list[str]:
    parts = step.split(".")
    return [".".join(parts[:2]), *parts[2:]]


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", _STEPS)
def test_killed_at_any_moment_the_old_or_the_new_serves(
    publisher: Publisher, save: Save, store: KnowledgeStore, database_url: str, step: str, when: str
) -> None:
    publish(publisher, save, section(7))
    draft = save(text(section(8)))
    spawn = _children()
    worker = spawn.Process(target=_die_at, args=(step, when, database_url, publisher.folder))
    worker.start()
    worker.join(120)
    assert worker.exitcode == -signal.SIGKILL
    landed = store.current_id() == 2
    assert ("within 7 days" in said(publisher)) or (landed and "within 8 days" in said(publisher))
    fresh = Publisher(store, publisher.folder, publisher.embeddings, lambda: ())
    fresh.follow()
    assert f"within {8 if landed else 7} days" in said(publisher)
    if not landed:
        assert store.drafts() == [draft], "the draft is still there"
        fresh.publish([draft], "ann", "", NOW, TODAY)
        assert "within 8 days" in said(publisher)


@pytest.mark.slow
def test_readers_during_many_publications_see_whole_snapshots(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings
) -> None:
    """Both sections of a document carry the same number; a reader that saw two would have half of each."""
    from service.knowledge import LiveKnowledge

    def body(number: int) -> str:
        return (
            f"## Return window {{#window}}\nGoods go back within {number} days.\n\n"
            f"## Postage {{#postage}}\nThe postage of a return costs {number} yuan.\n"
        )

    publish(publisher, save, body(1))
    live = LiveKnowledge(publisher.folder, embeddings)
    torn: list[Any] = []
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            snapshot = live()
            numbers = {digits(passage.text) for passage in snapshot.passages}
            seen.add(snapshot.id)
            if len(numbers) != 1 or not snapshot.search("postage", "en", 1, NOW):
                torn.append((snapshot.id, numbers))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 60):
        published = publish(publisher, save, body(number))
        assert live().id == published.snapshot_id, "the very next reader gets it"
    done.set()
    for reader in readers:
        reader.join()
    assert not torn
    assert len(seen) > 10


def digits(words: str) -> str:
    return json.dumps([word for word in words.split() if word.isdigit()])
