"""What authors are told to write next: the customers' questions, grouped by meaning and counted."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.gaps import SETS, agreement, read_labelled
from knowledge.gaps import (
    Gap,
    Reference,
    Unanswered,
    UnansweredStore,
    gaps,
    group,
    has_content,
    read_reference,
    same_words,
)
from knowledge.gaps.clusters import cluster
from knowledge.gaps.reference import make_reference
from retrieval.documents import Language, load_documents
from retrieval.embeddings import Vectors
from retrieval.snapshot import Snapshot, build_snapshot
from service.settings import ROOT
from tests.retrieval.fakes import HashEmbeddings
from tools.errors import StoreUnavailable
from tools.store.database import make_engine, migrate

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANSWERED, OPEN = "do you repair bicycles?", "museum tour??"
MEANINGS = ("engraving", "students", "neighbour", "wholesale", "museum")
# No direction is taken off: the fake vectors have nothing in common.
PLAIN = Reference({}, np.zeros((0, 128), dtype=np.float32))


def ask(
    number: int, question: str, language: Language = "en", channel: str = "web", ago_h: float = 1
) -> Unanswered:
    return Unanswered(f"t{number:05}", NOW - timedelta(hours=ago_h), question, language, channel, "s1")


def meant(meaning: str) -> Vectors:
    """Each meaning its own direction."""
    vector = np.zeros(len(MEANINGS), dtype=np.float32)
    vector[MEANINGS.index(meaning)] = 1
    return vector


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[Unanswered], Vectors]:
    """Wordings of a few meanings, some of them noise; the same wording always has the same vector."""
    drawn = draw(
        st.lists(st.tuples(st.sampled_from(MEANINGS), st.integers(0, 3), st.integers(0, 9)), max_size=25)
    )
    questions, vectors = [], []
    for number, (meaning, wording, hours) in enumerate(drawn):
        text = "hello??" if wording == 3 else f"do you offer {meaning} {'abc'[wording]}x"
        language: Language = "zh" if wording == 1 else "en"
        questions.append(ask(number, text, language, "web" if hours % 2 else "app", hours))
        vectors.append(meant(meaning))
    return questions, np.stack(vectors) if vectors else np.zeros((0, len(MEANINGS)), dtype=np.float32)


@settings(max_examples=40, deadline=None)
@given(asked())
def test_every_question_with_a_content_word_is_counted_in_exactly_one_gap(
    case: tuple[list[Unanswered], Vectors],
) -> None:
    questions, vectors = case
    found = group(questions, vectors)
    listed = [turn for gap in found for turn in gap.turn_ids]
    assert sorted(listed) == [q.turn_id for q in questions if q.question != "hello??"]
    for gap in found:
        own = [q for q in questions if q.turn_id in gap.turn_ids]
        assert gap.count == len(own) == sum(gap.languages.values()) == sum(gap.channels.values())
        assert (gap.first, gap.last) == (min(q.at for q in own), max(q.at for q in own))
        assert gap.title == gap.questions[0]
        assert set(gap.questions) <= {q.question for q in own}
        assert len(set(gap.questions)) == len(gap.questions) <= 5
    assert [gap.count for gap in found] == sorted((gap.count for gap in found), reverse=True)


@settings(max_examples=40, deadline=None)
@given(asked(), st.randoms(use_true_random=False))
def test_the_order_of_the_questions_does_not_matter(
    case: tuple[list[Unanswered], Vectors], random: object
) -> None:
    questions, vectors = case
    order = list(range(len(questions)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert group([questions[i] for i in order], vectors[order]) == group(questions, vectors)


@settings(max_examples=40, deadline=None)
@given(asked())
def test_questions_of_one_meaning_meet_and_of_two_do_not(case: tuple[list[Unanswered], Vectors]) -> None:
    questions, vectors = case
    meaning = {q.turn_id: int(v.argmax()) for q, v in zip(questions, vectors, strict=True)}
    found = [{meaning[turn] for turn in gap.turn_ids} for gap in group(questions, vectors)]
    assert all(len(each) == 1 for each in found)
    assert len({next(iter(each)) for each in found}) == len(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you engrave?", "do you  ENGRAVE!!"),
        ("Ｄｏ you engrave", "do you engrave"),
        ("可以刻字吗？", "可以刻字吗"),
        ("這個可以換顏色嗎", "这个可以换颜色吗"),
    ],
)
def test_the_same_words_meet_however_they_are_typed(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)
    opposite = np.array([[1, 0], [-1, 0]], dtype=np.float32)
    (gap,) = group([ask(1, one), ask(2, other)], opposite)
    assert gap.count == 2
    assert len(gap.questions) == 1


def test_different_words_are_not_taken_for_the_same() -> None:
    assert same_words("can I return it") != same_words("can I return them")
    assert same_words("the rapist") != same_words("therapist")


@pytest.mark.parametrize(
    "noise",
    ["", "??", "…", "在吗", "亲，在不在呀？", "你好！", "hello", "Hi there!!", "good morning", "ok thanks", "12345", "😀😀",
     "怎么办", "为什么呢", "why?", "a", "转人工", "谢谢", "請問一下", "what about it", "aaaaa"],
)  # fmt: skip
def test_what_asks_nothing_is_no_gap(noise: str) -> None:
    assert not has_content(noise)
    assert group([ask(1, noise)], np.ones((1, 2), dtype=np.float32)) == []


@pytest.mark.parametrize(
    "question",
    ["可以刻字吗", "贵吗", "有发票没", "是正品吗", "engraving?", "hello do you engrave", "你好，能刻字吗", "ESG证书", "is it real"],
)  # fmt: skip
def test_what_asks_something_is_kept(question: str) -> None:
    assert has_content(question)


def test_every_labelled_question_is_kept_but_for_one_in_a_hundred() -> None:
    questions = [each.question for path in SETS.values() for each in read_labelled(path)]
    assert sum(not has_content(question) for question in questions) <= len(questions) / 100


def test_nothing_asked_gives_no_gaps() -> None:
    assert group([], np.zeros((0, 4), dtype=np.float32)) == []


def test_a_vector_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 questions and 1 vectors"):
        group([ask(1, "engraving"), ask(2, "museum")], np.ones((1, 4), dtype=np.float32))


def test_the_bigger_gap_comes_first_and_of_equals_the_newer() -> None:
    questions = [
        ask(1, "engraving", ago_h=9), ask(2, "museum", ago_h=5), ask(3, "wholesale", ago_h=3),
        ask(4, "engraving names", ago_h=8),
    ]  # fmt: skip
    vectors = np.stack([meant("engraving"), meant("museum"), meant("wholesale"), meant("engraving")])
    assert [gap.title for gap in group(questions, vectors)] == ["engraving", "wholesale", "museum"]


def test_the_title_is_the_most_central_question_and_the_others_differ() -> None:
    angles = {"museum tour": 0.0, "museum visits": 0.35, "museum tours": 0.05, "a museum": -0.35}
    vectors = np.array([[np.cos(a), np.sin(a)] for a in angles.values()], dtype=np.float32)
    (gap,) = group([ask(i, text) for i, text in enumerate(angles)], vectors)
    assert gap.title in ("museum tour", "museum tours")
    assert set(gap.questions[1:3]) == {"museum visits", "a museum"}


def test_the_variant_that_most_customers_typed_speaks_for_the_wording() -> None:
    questions = [ask(1, "ENGRAVING"), ask(2, "engraving?"), ask(3, "engraving?")]
    (gap,) = group(questions, np.ones((3, 2), dtype=np.float32))
    assert gap.title == "engraving?"


def test_past_one_block_the_groups_are_those_of_a_single_one() -> None:
    """Meanings far apart, so that there is one right answer for either way."""
    random = np.random.default_rng(3)
    centres = np.eye(64, dtype=np.float32)[random.integers(0, 64, 900)]
    vectors = centres + random.normal(0, 0.03, (900, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    languages = random.choice(["zh", "en"], 900).tolist()
    whole, parts = cluster(vectors, languages), cluster(vectors, languages, block=100)
    assert agreement(whole.tolist(), parts.tolist()).pairs == (1, 1, 1)
    assert len(set(parts.tolist())) == len(np.unique(centres.argmax(1)))


@pytest.mark.slow
def test_twenty_thousand_questions_take_seconds() -> None:
    random = np.random.default_rng(5)
    centres = random.normal(size=(1000, 384))
    meaning = random.integers(0, 1000, 20_000)
    vectors = (centres[meaning] + random.normal(0, 0.4, (20_000, 384))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    questions = [ask(i, f"engraving x{i}y", ago_h=i / 100) for i in range(20_000)]
    started = time.process_time()
    found = group(questions, vectors)
    assert time.process_time() - started < 60
    assert sum(gap.count for gap in found) == 20_000
    where = {turn: number for number, gap in enumerate(found) for turn in gap.turn_ids}
    some = range(0, 20_000, 10)
    agreed = agreement([str(meaning[i]) for i in some], [str(where[questions[i].turn_id]) for i in some])
    assert min(agreed.bcubed) > 0.9


def test_what_all_questions_share_is_taken_off() -> None:
    """Vectors that all look alike, as real models give them, come apart."""
    random = np.random.default_rng(7)
    shared = np.zeros(32)
    shared[0] = 5
    ordinary = (shared + random.normal(0, 0.5, (200, 32))).astype(np.float32)
    ordinary /= np.linalg.norm(ordinary, axis=1, keepdims=True)
    reference = make_reference(ordinary[:150], ["en"] * 75 + ["zh"] * 75)
    left, right = ordinary[150], ordinary[151]
    spread = reference.spread(np.stack([left, right]), ["en", "en"])
    assert left @ right > 0.5
    assert abs(float(spread[0] @ spread[1])) < 0.27
    assert np.allclose(np.linalg.norm(spread, axis=1), 1, atol=1e-5)


@pytest.fixture
def store(tmp_path: Path) -> UnansweredStore:
    engine = make_engine(f"sqlite:///{tmp_path / 'kefu.sqlite3'}")
    migrate(engine)
    return UnansweredStore(engine)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    folder = tmp_path / "policies" / "en"
    folder.mkdir(parents=True)
    (folder / "bikes.md").write_text(
        "---\nid: bikes\ntitle: Bicycles\nlanguage: en\n---\n"
        "## Repair {#repair}\n<!-- questions: do you repair bicycles? -->\nOur workshop repairs bicycles.\n",
        encoding="utf-8",
    )
    documents, problems = load_documents(tmp_path / "policies")
    assert not problems
    built = build_snapshot(documents, HashEmbeddings(), tmp_path / "index")
    answered, open_ = (built.search(text, "en", 1)[0].score for text in (ANSWERED, OPEN))
    assert open_ < answered
    between = built.index.calibration.model_copy(update={"threshold": (answered + open_) / 2})
    return replace(built, index=built.index.calibrated(between))


def embed(texts: list[str]) -> list[list[float]]:
    return HashEmbeddings().embed_documents(texts)


def listed(store: UnansweredStore, snapshot: Snapshot, still_open: bool = True, days: int = 7) -> list[Gap]:
    return gaps(store, snapshot, embed, NOW - timedelta(days=days), NOW, still_open, PLAIN)


def test_the_store_gives_back_what_was_asked_in_a_time_newest_first(store: UnansweredStore) -> None:
    old, middle, new = (ask(i, f"museum {i}", "zh", "app", hours) for i, hours in enumerate((50, 20, 2)))
    store.add(middle, new, old)
    assert store.between(NOW - timedelta(hours=100)) == [new, middle, old]
    assert store.between(NOW - timedelta(hours=100), limit=1) == [new]
    assert store.between(middle.at, middle.at) == [middle]
    assert store.between(NOW) == []


def test_a_turn_is_kept_once_and_a_refused_import_leaves_nothing(store: UnansweredStore) -> None:
    store.add(ask(1, "museum"))
    with pytest.raises(StoreUnavailable):
        store.add(ask(2, "wholesale"), ask(1, "museum"))
    assert [each.turn_id for each in store.between(NOW - timedelta(days=1))] == ["t00001"]


def test_what_the_present_snapshot_answers_is_no_gap_any_more(
    store: UnansweredStore, snapshot: Snapshot
) -> None:
    store.add(ask(1, ANSWERED), ask(2, OPEN))
    (gap,) = listed(store, snapshot)
    assert gap.title == OPEN
    everything = listed(store, snapshot, still_open=False)
    assert {text for gap in everything for text in gap.questions} == {ANSWERED, OPEN}


def test_each_gap_names_the_passage_that_comes_nearest(store: UnansweredStore, snapshot: Snapshot) -> None:
    store.add(ask(1, "museum tour"))
    (gap,) = listed(store, snapshot)
    assert gap.nearest is not None
    assert snapshot.passage(gap.nearest.passage_id) is not None
    assert 0 <= gap.nearest.score < snapshot.threshold


def test_only_what_was_asked_in_the_time_is_listed(store: UnansweredStore, snapshot: Snapshot) -> None:
    store.add(ask(1, "museum tour", ago_h=30), ask(2, "hello"), ask(3, "museum tour", ago_h=-5))
    assert listed(store, snapshot, days=1) == []
    assert [gap.count for gap in listed(store, snapshot, days=2)] == [1]


def test_no_wording_is_embedded_twice(store: UnansweredStore, snapshot: Snapshot) -> None:
    seen: list[str] = []

    def embed_once(texts: list[str]) -> list[list[float]]:
        seen.extend(texts)
        return embed(texts)

    store.add(*(ask(i, text) for i, text in enumerate(["museum", "Museum?", "wholesale", "??"])))
    assert isinstance(snapshot.embeddings, HashEmbeddings)
    before = len(snapshot.embeddings.embedded)
    gaps(store, snapshot, embed_once, NOW - timedelta(days=1), NOW, True, PLAIN)
    assert len(seen) == 2
    assert len(snapshot.embeddings.embedded) == before


def test_the_sets_share_no_question_and_no_meaning() -> None:
    tune, test = (read_labelled(SETS[name]) for name in ("tune", "test"))
    assert not {each.question.lower() for each in tune} & {each.question.lower() for each in test}
    assert not {e.group for e in tune if "single" not in e.group} & {e.group for e in test}
    for labelled in (tune, test):
        repeated = {e.group for e in labelled if "single" not in e.group}
        assert len(repeated) >= 35
        assert all({e.lang for e in labelled if e.group == name} == {"zh", "en"} for name in repeated)


def test_a_broken_line_of_a_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(json.dumps({"question": "x", "lang": "fr", "group": "g"}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.jsonl:1: "):
        read_labelled(path)


@pytest.mark.parametrize(
    ("found", "bcubed"),
    [("aabb", (1, 1)), ("aaaa", (0.5, 1)), ("abcd", (1, 0.5)), ("aaab", (2 / 3, 3 / 4))],
)
def test_b_cubed_on_cases_worked_by_hand(found: str, bcubed: tuple[float, float]) -> None:
    assert agreement(list("xxyy"), list(found)).bcubed[:2] == pytest.approx(bcubed)


GROUPS: dict[str, Sequence[tuple[Language, str]]] = {
    "hem": [("zh", "裤子能帮忙改短吗"), ("zh", "可以改裤长不"), ("en", "can you shorten the trousers for me")],
    "lottery": [("zh", "抽奖结果什么时候公布"), ("en", "when are the prize draw winners announced"), ("zh", "抽奖中奖名单在哪看")],
    "drone": [("zh", "你们用无人机送货吗"), ("en", "do you deliver by drone"), ("en", "drone delivery available?")],
    "radio": [("en", "who sings the song in your radio advert"), ("zh", "广告里的歌是谁唱的")],
}  # fmt: skip


@pytest.mark.model
def test_chinese_and_english_of_one_meaning_meet_with_the_real_model() -> None:
    from retrieval.embeddings import SentenceEmbeddings

    folder = ROOT / ".kefu" / "models" / "multilingual-e5-small"
    if not folder.is_dir():
        pytest.skip("multilingual-e5-small is not there yet: run `make setup`")
    model = SentenceEmbeddings(folder)
    said = [(name, language, text) for name, texts in GROUPS.items() for language, text in texts]
    questions = [ask(i, text, language) for i, (_, language, text) in enumerate(said)]
    vectors = np.array(model.embed_queries([text for _, _, text in said]), dtype=np.float32)
    found = group(questions, vectors, read_reference(model.embed_queries))
    where = {turn: number for number, gap in enumerate(found) for turn in gap.turn_ids}
    agreed = agreement([name for name, _, _ in said], [str(where[q.turn_id]) for q in questions])
    assert agreed.bcubed[0] == 1
    assert agreed.bcubed[1] >= 0.8
    assert sum(len(gap.languages) == 2 for gap in found) >= 3
