"""A snapshot is whole or absent, never damaged unnoticed, and never lost while its successor is made."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from retrieval import storage
from retrieval.documents import Document, load_documents
from retrieval.errors import (
    EmbeddingFailed,
    EmbeddingMismatch,
    NothingToIndex,
    RevisionsOverlap,
    SnapshotDamaged,
    SnapshotMissing,
    SnapshotNotWritten,
)
from retrieval.snapshot import Snapshot, build_snapshot, open_current
from tests.retrieval.fakes import NOW, HashEmbeddings, Write


def read(folder: Path) -> list[Document]:
    return load_documents(folder)[0]


def stored(folder: Path) -> set[str]:
    return {path.name for path in (folder / "snapshots").iterdir()}


def test_an_opened_snapshot_answers_like_the_built_one(
    snapshot: Snapshot, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    opened = open_current(tmp_path / "index", embeddings)
    assert opened.id == snapshot.id
    assert opened.passages == snapshot.passages
    for question in ("质量问题退货邮费谁出", "electronic invoice", "自行车"):
        assert opened.search(question, "zh", 5, NOW) == snapshot.search(question, "zh", 5, NOW)


def test_the_manifest_names_documents_and_model(snapshot: Snapshot, tmp_path: Path) -> None:
    assert snapshot.manifest.embedding == "hash-pairs"
    assert {(entry.id, entry.language) for entry in snapshot.manifest.documents} == {
        ("returns", "zh"),
        ("returns", "en"),
        ("invoices", "zh"),
        ("invoices", "en"),
        ("bikes", "en"),
    }
    revisions = {document.revision for document in read(tmp_path / "policies")}
    assert {entry.revision for entry in snapshot.manifest.documents} == revisions


def test_passages_and_sections_by_name(snapshot: Snapshot) -> None:
    passage = snapshot.passage("returns.zh#quality")
    assert passage is not None and "30 天" in passage.text
    assert snapshot.section("returns#quality", "zh") == [passage]
    assert snapshot.passage("returns.zh#nothing") is None


def test_a_scheduled_revision_takes_over_on_its_day(
    write: Write, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    for number, day in (("1", "effective_to: 2026-11-30"), ("2", "effective_from: 2026-12-01")):
        path = write("postage", "zh", f"## 邮费 {{#a}}\n邮费 ¥{number}0。\n", "邮费", f"{day}\n")
        path.rename(path.with_name(f"postage-{number}.md"))
    snapshot = build_snapshot(read(tmp_path / "policies"), embeddings, tmp_path / "index")
    assert [passage.id for passage in snapshot.passages] == ["postage.zh#a"] * 2
    for day, text in ((date(2026, 11, 30), "¥10"), (date(2026, 12, 1), "¥20"), (date(2031, 1, 1), "¥20")):
        passage = snapshot.passage("postage.zh#a", day)
        assert passage is not None and text in passage.text
        assert snapshot.section("postage#a", "zh", day) == [passage]
        now = datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert [hit.passage for hit in snapshot.search("邮费", "zh", 5, now)] == [passage]


def test_a_passage_that_is_not_in_force_is_the_latest(
    write: Write, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    for year in (2020, 2021):
        period = f"effective_from: {year}-01-01\neffective_to: {year}-12-31\n"
        path = write("old", "zh", f"规则 {year}。\n", more=period)
        path.rename(path.with_name(f"old-{year}.md"))
    snapshot = build_snapshot(read(tmp_path / "policies"), embeddings, tmp_path / "index")
    passage = snapshot.passage("old.zh#intro", date(2026, 1, 1))
    assert passage is not None and "2021" in passage.text


def test_two_revisions_for_one_day_are_refused(
    policies: Path, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    documents = read(policies)
    with pytest.raises(RevisionsOverlap, match=r"returns\.zh"):
        build_snapshot(
            [*documents, *(d for d in documents if d.key == "returns.zh")], embeddings, tmp_path / "i"
        )


def test_the_same_documents_give_the_same_snapshot(
    snapshot: Snapshot, policies: Path, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    assert build_snapshot(read(policies), embeddings, tmp_path / "index").id == snapshot.id
    assert stored(tmp_path / "index") == {snapshot.id}


def test_only_changed_texts_are_embedded_again(
    snapshot: Snapshot, policies: Path, tmp_path: Path, write: Write
) -> None:
    write("bikes", "en", "## Bicycle repair {#repair}\nNow also on Sundays.\n", "Bicycles")
    embeddings, seen = HashEmbeddings(), []
    build_snapshot(
        read(policies),
        embeddings,
        tmp_path / "index",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert embeddings.embedded == ["Bicycles › Bicycle repair\nNow also on Sundays."]
    assert seen == [(1, 1)]


def test_another_model_embeds_everything_and_does_not_open_the_old(
    snapshot: Snapshot, policies: Path, tmp_path: Path
) -> None:
    other = HashEmbeddings("another")
    with pytest.raises(EmbeddingMismatch, match="another embedding model"):
        open_current(tmp_path / "index", other)
    build_snapshot(read(policies), other, tmp_path / "index")
    assert len(other.embedded) == len(snapshot.passages) + sum(
        len(passage.questions) for passage in snapshot.passages
    )
    assert open_current(tmp_path / "index", other).manifest.embedding == "another"


@pytest.mark.parametrize(
    "name",
    [
        "vectors.faiss",
        "passages.jsonl",
        "calibration.json",
        "columns.npz",
        "words.npz",
        "bm25.npz",
        "names.json",
    ],
)
@pytest.mark.parametrize("how", ["flip", "cut", "delete"])
def test_damage_is_noticed_and_named(
    snapshot: Snapshot, tmp_path: Path, embeddings: HashEmbeddings, name: str, how: str
) -> None:
    path = tmp_path / "index" / "snapshots" / snapshot.id / name
    data = path.read_bytes()
    if how == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-3] if how == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(SnapshotDamaged, match=name):
        open_current(tmp_path / "index", embeddings)


def test_an_extra_file_is_damage(snapshot: Snapshot, tmp_path: Path, embeddings: HashEmbeddings) -> None:
    (tmp_path / "index" / "snapshots" / snapshot.id / "extra.npy").write_bytes(b"x")
    with pytest.raises(SnapshotDamaged, match=r"extra\.npy"):
        open_current(tmp_path / "index", embeddings)


def test_a_manifest_with_forged_checksums_is_noticed(
    snapshot: Snapshot, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    manifest = tmp_path / "index" / "snapshots" / snapshot.id / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"]["passages.jsonl"] = "0" * 64
    manifest.write_text(json.dumps(content))
    with pytest.raises(SnapshotDamaged, match="changed after it was written"):
        open_current(tmp_path / "index", embeddings)


@pytest.mark.parametrize("pointer", ["", "../../etc", "0" * 15, "\xff"])
def test_a_bad_pointer_is_damage(
    snapshot: Snapshot, tmp_path: Path, embeddings: HashEmbeddings, pointer: str
) -> None:
    (tmp_path / "index" / "CURRENT").write_text(pointer, encoding="latin-1")
    with pytest.raises(SnapshotDamaged, match="CURRENT"):
        open_current(tmp_path / "index", embeddings)


def test_without_a_snapshot_there_is_nothing_to_open(tmp_path: Path, embeddings: HashEmbeddings) -> None:
    with pytest.raises(SnapshotMissing, match="no snapshot"):
        open_current(tmp_path / "index", embeddings)


def test_a_damaged_snapshot_is_built_again(
    snapshot: Snapshot, policies: Path, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    (tmp_path / "index" / "snapshots" / snapshot.id / "vectors.faiss").write_bytes(b"broken")
    assert build_snapshot(read(policies), embeddings, tmp_path / "index").id == snapshot.id
    assert open_current(tmp_path / "index", embeddings).id == snapshot.id


class Failing(HashEmbeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float("nan")] * 128 for _ in texts]


@pytest.mark.parametrize("cause", ["model", "documents", "disk"])
def test_a_failed_build_leaves_the_snapshot_in_use(
    snapshot: Snapshot,
    policies: Path,
    tmp_path: Path,
    embeddings: HashEmbeddings,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    cause: str,
) -> None:
    write("bikes", "en", "new text\n", "Bicycles")
    index = tmp_path / "index"
    if cause == "model":
        with pytest.raises(EmbeddingFailed, match="not finite"):
            build_snapshot(read(policies), Failing(), index)
    elif cause == "documents":
        with pytest.raises(NothingToIndex):
            build_snapshot([], embeddings, index)
    else:
        monkeypatch.setattr(storage, "publish", full_disk)
        with pytest.raises(SnapshotNotWritten, match="No space left"):
            build_snapshot(read(policies), embeddings, index)
    assert stored(index) == {snapshot.id}
    assert open_current(index, embeddings).id == snapshot.id


def full_disk(*_: object) -> str:
    raise OSError(28, "No space left on device")


def test_the_last_three_are_kept_and_an_older_one_can_come_back(
    policies: Path, tmp_path: Path, embeddings: HashEmbeddings, write: Write
) -> None:
    index, made = tmp_path / "index", []
    for number in range(5):
        write("bikes", "en", f"version {number}\n", "Bicycles")
        made.append(build_snapshot(read(policies), embeddings, index).id)
    assert stored(index) == set(made[-3:])
    storage.point_to(index, made[2])
    assert open_current(index, embeddings).id == made[2]
    with pytest.raises(SnapshotDamaged):
        storage.point_to(index, made[0])
    assert open_current(index, embeddings).id == made[2]


def test_a_pinned_snapshot_outlives_its_files(snapshot: Snapshot, tmp_path: Path) -> None:
    before = snapshot.search("发票", "zh", 3, NOW)
    shutil.rmtree(tmp_path / "index")
    assert snapshot.search("发票", "zh", 3, NOW) == before


def test_a_folder_that_cannot_be_made_is_reported(
    policies: Path, tmp_path: Path, embeddings: HashEmbeddings
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SnapshotNotWritten):
        build_snapshot(read(policies), embeddings, tmp_path / "file")
