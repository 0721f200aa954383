"""What is computed all at once is what a plain reading of the definitions gives."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.arrays import bounds_of, gather, ranges, renumber
from retrieval.calibration import NEAR
from retrieval.corpus import LANGUAGES
from retrieval.documents import load_documents
from retrieval.embeddings import Vectors, unit_vectors
from retrieval.glossary import shop_glossary
from retrieval.keywords import Keywords
from retrieval.passages import Passage, plain
from retrieval.readers import Reader
from retrieval.search import KEYWORD_HALF
from retrieval.snapshot import Snapshot, build_snapshot
from retrieval.tokenizer import tokenize
from retrieval.words import Words
from tests.retrieval.fakes import NOW, HashEmbeddings, Write
from tests.retrieval.synthetic import passages as synthetic

DAY = NOW.date()


@pytest.fixture
def mixed(policies: Path, tmp_path: Path, write: Write) -> Snapshot:
    """The little shop, with a long section, something for staff and something that is over."""
    long = "\n\n".join(["苹果香蕉" * 60, "空调安装铜管" * 40])
    write("long", "zh", f"## 甲 {{#a}}\n{long}\n")
    write("internal", "zh", "## 赔付上限 {#limit}\n客服可赔 ¥500。\n", more="audience: staff\n")
    write("old", "en", "## Old invoice {#x}\nOver.\n", more="effective_to: 2026-01-01\n")
    return build_snapshot(load_documents(policies)[0], HashEmbeddings(), tmp_path / "mixed")


@pytest.mark.parametrize("reader", [Reader(), Reader("staff")])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("query", ["电子发票怎么开", "return faulty goods", "空调铜管 invoice", "zzz", "？"])
def test_figures_are_those_of_the_definitions(
    mixed: Snapshot, query: str, language: str, reader: Reader
) -> None:
    vector = mixed.embeddings.embed_query(query)
    found = mixed.index.measure(query, language, DAY, vector, reader)  # type: ignore[arg-type]
    expected = plainly(mixed, query, language, DAY, vector, reader)
    assert found.topics == tuple(expected)
    rows = [
        (found.passages[i], found.text[i], found.question[i], found.keyword[i]) for i in range(len(expected))
    ]
    assert [row[0] for row in rows] == [figures[0] for figures in expected.values()]
    np.testing.assert_allclose([row[1:] for row in rows], [f[1:4] for f in expected.values()], atol=1e-5)
    np.testing.assert_allclose(found.features, [f[4] for f in expected.values()], atol=1e-5)


def plainly(
    snapshot: Snapshot, query: str, language: str, day: date, vector: list[float], reader: Reader
) -> dict[str, tuple[int, float, float, float, list[float]]]:
    """The definitions, one passage after the other: passage to show, text, question, keyword, features."""
    passages = list(snapshot.passages)
    unit = unit_vectors([vector], 1)[0]
    cosines = [
        [float(np.dot(unit, unit_vectors([snapshot.embeddings.embed_query(text)], 1)[0])) for text in texts]
        for texts in ([f"{p.context}\n{plain(p.text)}", *p.questions] for p in passages)
    ]
    learned = snapshot.index.contents.learned
    asking = learned.toward(unit, LANGUAGES.index(language))[1]  # type: ignore[arg-type]
    projected = [
        [
            float(
                asking
                @ learned.project(vector[None], np.array([2 * LANGUAGES.index(p.language) + kind], np.int8))[
                    0
                ]
            )
            for kind, vector in zip([0] + [1] * len(p.questions), _vectors(snapshot, p), strict=True)
        ]
        for p in passages
    ]
    mean = {
        side: np.mean([c for p, of in zip(passages, cosines, strict=True) if p.language == side for c in of])
        for side in ("zh", "en")
    }
    texts = [tokenize("\n".join((p.context, plain(p.text), *p.questions))) or [""] for p in passages]
    model = bm25s.BM25()
    model.index(texts, show_progress=False)
    words = tokenize(query)
    known = [word for word in words if any(word in text for text in texts)]
    scores = model.get_scores(known) if known else np.zeros(len(passages))
    foreign = [word for word in shop_glossary().translate(query) if any(word in text for text in texts)]
    translated = model.get_scores(foreign) if foreign else np.zeros(len(passages))
    rarity = {w: np.log((len(texts) + 1) / max(1, sum(w in text for text in texts))) for w in words}
    topics: dict[str, list[int]] = {}
    for number, passage in enumerate(passages):
        topics.setdefault(passage.topic, [])
        if passage.effective_on(day) and passage.scope.admits(reader):
            topics[passage.topic].append(number)
    result = {}
    for topic, members in topics.items():
        if not members:
            continue
        text = max(cosines[n][0] for n in members)
        question = max((c for n in members for c in cosines[n][1:]), default=text)
        keyword = max(float(scores[n]) for n in members)
        coverage = max(sum(rarity[w] for w in set(words) if w in texts[n]) for n in members)
        coverage = coverage / sum(rarity.values()) if known else 0.0
        speaks = any(p.topic == topic and p.language == language for p in passages)
        middle = mean[language if speaks else {"zh": "en", "en": "zh"}[language]]
        shown = max(members, key=lambda n: (passages[n].language == language, cosines[n][0], -n))
        near = sorted((c for n in members for c in projected[n][1:]), reverse=True)[:NEAR]
        learned_text = max(projected[n][0] for n in members)
        features = [
            text - middle, question - middle, keyword / (keyword + KEYWORD_HALF), coverage,
            learned_text, max(near, default=learned_text), float(np.mean(near)) if near else learned_text,
            (abroad := max(float(translated[n]) for n in members)) / (abroad + KEYWORD_HALF),
        ]  # fmt: skip
        result[topic] = (shown, text, question, keyword, features)
    return result


def _vectors(snapshot: Snapshot, passage: Passage) -> list[Vectors]:
    texts = [f"{passage.context}\n{plain(passage.text)}", *passage.questions]
    return [unit_vectors([snapshot.embeddings.embed_query(text)], 1)[0] for text in texts]


def test_the_keyword_matrix_is_the_one_of_bm25s() -> None:
    texts = synthetic(300)
    lists = [tokenize("\n".join((p.context, plain(p.text), *p.questions))) or [""] for p in texts]
    theirs = bm25s.BM25()
    theirs.index(lists, show_progress=False)
    ours = Keywords.of(Words.of(texts))
    for text in texts[:20]:
        words = tokenize(text.text)[:12]
        np.testing.assert_allclose(ours.figures(words)[0], theirs.get_scores(words), rtol=1e-5)


def test_words_cut_part_by_part_are_those_of_the_whole() -> None:
    texts = synthetic(200)
    words = Words.of(texts)
    for number, passage in enumerate(texts):
        whole = tokenize("\n".join((passage.context, plain(passage.text), *passage.questions)))
        held = words.flat[words.bounds[number] : words.bounds[number + 1]]
        assert [words.vocabulary[place] for place in held] == whole
        assert {words.vocabulary[place] for place in words.of_text(number)} == set(
            tokenize(plain(passage.text))
        )


LISTS = st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=8)


@settings(deadline=None)
@given(lists=LISTS, data=st.data())
def test_lists_are_gathered_in_any_order(lists: list[list[int]], data: st.DataObject) -> None:
    places = st.integers(0, len(lists) - 1) if lists else st.nothing()
    order = np.array(data.draw(st.lists(places, max_size=10)) if lists else [], dtype=np.int64)
    flat = np.array([number for each in lists for number in each], dtype=np.int64)
    taken, bounds = gather(flat, bounds_of([len(each) for each in lists]), order)
    assert [taken[a:b].tolist() for a, b in pairwise(bounds)] == [lists[i] for i in order]
    starts = bounds_of([len(each) for each in lists])
    expected = [place for i in order for place in range(starts[i], starts[i + 1])]
    assert ranges(starts[:-1][order], starts[1:][order]).tolist() == expected


@given(names=st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), data=st.data())
def test_numbers_follow_the_first_appearance(names: list[str], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(names) - 1), max_size=12))
    new, kept = renumber(np.array(numbers, dtype=np.int64), names)
    assert [kept[number] for number in new] == [names[number] for number in numbers]
    assert kept == list(dict.fromkeys(names[number] for number in numbers))
