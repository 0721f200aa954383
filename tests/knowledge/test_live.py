"""A server always has a whole snapshot, and the newest one that it can open."""

from __future__ import annotations

import time
from pathlib import Path

from knowledge.publisher import Publisher
from service.knowledge import RETRY_S, Follower, LiveKnowledge
from tests.knowledge.conftest import NOW, TODAY, Save, section, text
from tests.retrieval.fakes import HashEmbeddings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def publish(publisher: Publisher, save: Save, days: int) -> str:
    return publisher.publish([save(text(section(days)))], "ann", "", NOW, TODAY).snapshot_id


def damage(publisher: Publisher, snapshot: str) -> tuple[Path, bytes]:
    path = publisher.folder / "snapshots" / snapshot / "passages.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"x" + whole[-8:])
    return path, whole


def test_a_turn_keeps_the_snapshot_that_it_began_with(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings
) -> None:
    first = publish(publisher, save, 7)
    live = LiveKnowledge(publisher.folder, embeddings)
    pinned = live()
    second = publish(publisher, save, 8)
    assert (pinned.id, live().id) == (first, second)
    assert "within 7 days" in pinned.search("return window", "en", 1, NOW)[0].passage.text
    assert live() is live(), "nothing is opened again without need"


def test_a_damaged_publication_never_serves(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings
) -> None:
    clock = Clock()
    first = publish(publisher, save, 7)
    live = LiveKnowledge(publisher.folder, embeddings, clock)
    second = publish(publisher, save, 8)
    path, whole = damage(publisher, second)
    assert live().id == first
    path.write_bytes(whole)
    assert live().id == first, "a broken one is not read again at every turn"
    clock.now += RETRY_S
    assert live().id == second


def test_without_a_pointer_what_is_loaded_goes_on(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings
) -> None:
    first = publish(publisher, save, 7)
    live = LiveKnowledge(publisher.folder, embeddings)
    (publisher.folder / "CURRENT").write_text("nonsense")
    assert live().id == first


def test_a_server_follows_what_another_machine_publishes(
    publisher: Publisher, save: Save, embeddings: HashEmbeddings, tmp_path: Path
) -> None:
    elsewhere = Publisher(publisher.store, tmp_path / "elsewhere", publisher.embeddings, lambda: ())
    publish(publisher, save, 7)
    elsewhere.follow()
    live = LiveKnowledge(elsewhere.folder, embeddings)
    follower = Follower(elsewhere.follow, live, every_s=0.01)
    follower.start()
    try:
        publish(publisher, save, 8)
        until = time.monotonic() + 60
        while "within 8 days" not in live().search("return window", "en", 1, NOW)[0].passage.text:
            assert time.monotonic() < until
            time.sleep(0.01)
    finally:
        follower.stop()
