"""A publication touches what changed, leaves the rest, and waits to be pointed to where it is told to."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import basis, build, passages, storage, words
from retrieval.basis import basis_of
from retrieval.calibration import TuneQuestion
from retrieval.documents import Document, load_documents
from retrieval.snapshot import Snapshot, build_snapshot, open_current, open_stored
from tests.retrieval.fakes import NOW, HashEmbeddings, Write
from tests.retrieval.synthetic import documents
from tests.retrieval.test_calibration import questions


def stored(folder: Path) -> set[str]:
    return {path.name for path in (folder / "snapshots").iterdir()}


def test_only_the_changed_document_is_split_and_cut_into_words(
    policies: Path, tmp_path: Path, embeddings: HashEmbeddings, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    before = build_snapshot(load_documents(policies)[0], embeddings, tmp_path / "index")
    write("bikes", "en", "## Bicycle repair {#repair}\nNow also on Sundays.\n", "Bicycles")
    cut, parsed = [], []
    tokenize, sections_of = words.tokenize, passages.sections_of
    monkeypatch.setattr(words, "tokenize", lambda text: [cut.append(text), tokenize(text)][1])  # type: ignore[func-returns-value]
    monkeypatch.setattr(
        passages,
        "sections_of",
        lambda document: [parsed.append(document.key), sections_of(document)][1],  # type: ignore[func-returns-value]
    )
    after = build_snapshot(load_documents(policies)[0], embeddings, tmp_path / "index", reuse=before)
    assert parsed == ["bikes.en"]
    assert cut == ["Bicycles › Bicycle repair", "Now also on Sundays."]
    assert [p.id for p in after.passages] == [p.id for p in before.passages]


SMALL = documents(40)


@settings(max_examples=15, deadline=None)
@given(
    first=st.lists(st.sampled_from(SMALL), unique_by=lambda d: d.key, min_size=1),
    second=st.lists(st.sampled_from(SMALL), unique_by=lambda d: d.key, min_size=1),
    edited=st.booleans(),
)
def test_from_any_last_snapshot_the_same_documents_give_the_same_files(
    tmp_path_factory: pytest.TempPathFactory, first: list[Document], second: list[Document], edited: bool
) -> None:
    folder, other = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    if edited:
        second = [replace(second[0], body=second[0].body + "\nmore\n"), *second[1:]]
    build_snapshot(first, HashEmbeddings(), folder)
    assert (
        build_snapshot(second, HashEmbeddings(), folder).id
        == build_snapshot(second, HashEmbeddings(), other).id
    )


def test_a_snapshot_that_is_not_pointed_to_waits(
    snapshot: Snapshot, policies: Path, tmp_path: Path, embeddings: HashEmbeddings, write: Write
) -> None:
    index = tmp_path / "index"
    write("bikes", "en", "waiting\n", "Bicycles")
    waiting = build_snapshot(load_documents(policies)[0], embeddings, index, point=False)
    assert open_current(index, embeddings).id == snapshot.id
    for number in range(5):
        write("bikes", "en", f"version {number}\n", "Bicycles")
        last = build_snapshot(load_documents(policies)[0], embeddings, index)
    assert waiting.id in stored(index)
    assert snapshot.id not in stored(index)
    assert open_stored(index, waiting.id, embeddings).passages == waiting.passages
    storage.point_to(index, waiting.id)
    assert open_current(index, embeddings).id == waiting.id != last.id


def test_one_that_nobody_pointed_to_goes_after_a_while(
    snapshot: Snapshot, policies: Path, tmp_path: Path, embeddings: HashEmbeddings, write: Write
) -> None:
    index = tmp_path / "index"
    write("bikes", "en", "forgotten\n", "Bicycles")
    forgotten = build_snapshot(load_documents(policies)[0], embeddings, index, point=False)
    long_ago = time.time() - 3600
    os.utime(index / "snapshots" / forgotten.id, (long_ago, long_ago))
    for number in range(3):
        write("bikes", "en", f"version {number}\n", "Bicycles")
        build_snapshot(load_documents(policies)[0], embeddings, index)
    assert forgotten.id not in stored(index)
    assert len(stored(index)) == storage.KEPT


def test_a_large_index_keeps_its_calibration_until_much_has_changed(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "REFIT_BELOW", 0)
    fits: list[int] = []
    fit = build._fit
    monkeypatch.setattr(build, "_fit", lambda *arguments: [fits.append(1), fit(*arguments)][1])  # type: ignore[func-returns-value]
    shop = [*load_documents(policies)[0], *documents(80)]
    asked, embeddings = questions(), HashEmbeddings()

    def publish(wanted: list[Document], tune: list[TuneQuestion]) -> int:
        build_snapshot(wanted, embeddings, tmp_path / "index", tune, now=NOW)
        return len(fits)

    assert publish(shop, asked) == 1
    small = [replace(shop[0], body=shop[0].body + "\n一句。\n"), *shop[1:]]
    assert publish(small, asked) == 1
    assert publish(small, asked[1:]) == 2
    assert publish(small[:6], asked[1:]) == 3


@given(kept=st.integers(0, 1000))
def test_the_sketch_tells_how_much_is_left(kept: int) -> None:
    random = np.random.default_rng(kept)
    old, new = (random.integers(0, 256, (1000, 32)).astype(np.uint8) for _ in range(2))
    new[:kept] = old[:kept]
    fits = basis_of("m", [], old).still_fits(basis_of("m", [], new))
    share = kept / (2000 - kept)
    if share > 0.97 or share < 0.8:
        assert fits == (share > basis.SAME)
    assert not basis_of("m", [], old).still_fits(basis_of("other", [], old))
