"""Cases are read strictly, and those that are shipped are sound."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.replies.cases import KINDS, LANGUAGES, Case, load_cases
from eval.replies.errors import BadCases
from eval.replies.figures import figures_in, supported
from eval.replies.known import Known, records_of
from eval.replies.sample import MOMENT, sample_shop
from eval.replies.scorers import figures, never, words
from retrieval.documents import load_documents
from retrieval.passages import Passage, split_documents
from tools.policy.cards import load_policy_book

SETS = Path("eval/sets")
POLICIES = Path("examples/policies")
GOOD: dict[str, Any] = {
    "id": "en-policy-1", "language": "en", "kind": "policy", "customer": "", "before": [], "text": "How long?",
    "expect": {
        "figures": ["7 days", ["¥12", "¥80"]], "words": [["you pay"]], "never": ["60"], "cites": ["returns#no-reason"],
        "unknown": False,
    },
    "bench": True,
}  # fmt: skip


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), "utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(BadCases) as bad:
        load_cases(path)
    return list(bad.value.problems)


# Reading


def test_a_case_is_read_with_all_that_it_has(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, GOOD))
    assert (case.id, case.language, case.kind, case.text, case.bench) == (
        "en-policy-1", "en", "policy", "How long?", True
    )  # fmt: skip
    assert case.expect.figures == (("7 days",), ("¥12", "¥80"))
    assert case.expect.words[0][0].search("YOU PAY") and case.expect.never[0].search("60")
    assert case.expect.cites == ("returns#no-reason",) and not case.expect.unknown
    assert case.source.endswith("cases.jsonl:1")


def test_what_may_be_left_out_has_a_meaning(tmp_path: Path) -> None:
    short = {"id": "a", "language": "zh", "kind": "unanswerable", "text": "?", "expect": {"unknown": True}}
    (case,) = load_cases(written(tmp_path, short))
    assert (case.customer, case.before, case.bench, case.expect.figures) == ("", (), False, ())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kin": "policy"}, "kin: unknown field"),
        ({"expect": {"figure": ["7 days"]}}, "expect.figure: unknown field"),
        ({"expect": {"words": [["("]]}}, "expect.words: '(' is no regular expression"),
        ({"expect": {"unknown": True, "never": ["[a"]}}, "expect.never: '[a' is no regular expression"),
        ({"expect": {}}, "expect: asks for nothing"),
        ({"expect": {"never": ["60"], "cites": ["returns#no-reason"]}}, "expect: asks for nothing"),
        ({"expect": {"words": [[]]}}, "expect.words: an empty group"),
        ({"expect": {"figures": [[]]}}, "expect.figures: an empty list"),
        ({"expect": {"figures": ["soon"]}}, "expect.figures: 'soon' is no figure"),
        ({"expect": {"figures": "7 days"}}, "expect.figures: has to be a list"),
        ({"expect": {"words": ["you pay"]}}, "expect.words: has to be a list of texts"),
        ({"expect": {"unknown": "yes"}}, "expect.unknown: has to be true or false"),
        ({"expect": []}, "expect: is not an object"),
        ({"kind": "question"}, "kind: 'question' is not one of policy, order"),
        ({"language": "fr"}, "language: 'fr' is not one of zh, en"),
        ({"language": ["en"]}, "language: ['en'] is not one of zh, en"),
        ({"customer": "nobody@example.com"}, "customer: 'nobody@example.com' is nobody's mail address"),
        ({"customer": 5}, "customer: has to be text"),
        ({"text": "  "}, "text: has to be text of 1 to 2000 characters"),
        ({"before": "Hello"}, "before: has to be a list of texts"),
        ({"bench": 1}, "bench: has to be true or false"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    (found,) = problems(written(tmp_path, GOOD, GOOD | {"id": "b"} | change))
    assert f"cases.jsonl:2: {problem}" in found


@pytest.mark.parametrize("line", ["{", "[]", '"text"', "7"])
def test_what_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    (found,) = problems(written(tmp_path, line))
    assert "cases.jsonl:1: " in found


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    missing = {name: value for name, value in GOOD.items() if name not in ("text", "expect")}
    found = problems(written(tmp_path, GOOD, "nothing", missing | {"id": "c"}, GOOD))
    assert [line.split("cases.jsonl:")[1].split(":")[0] for line in found] == ["2", "3", "4"]
    assert "expect, text: is missing" in found[1]
    assert "id: 'en-policy-1' is used in" in found[2] and "cases.jsonl:1" in found[2]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe{"])
def test_a_file_without_a_case_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    assert str(path) in problems(path)[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in problems(tmp_path / "gone.jsonl")[0]


# What is shipped


@pytest.fixture(scope="module")
def shipped() -> dict[str, list[Case]]:
    return {name: load_cases(SETS / f"replies.{name}.jsonl") for name in ("tune", "test")}


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    documents, unread = load_documents(POLICIES)
    assert not unread
    return split_documents(documents)


@pytest.fixture(scope="module")
def sections(passages: list[Passage]) -> dict[tuple[str, str], str]:
    """Text by topic and language."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for passage in passages:
        found[passage.topic, passage.language].append(passage.text)
    return {key: "\n".join(texts) for key, texts in found.items()}


def every(shipped: dict[str, list[Case]]) -> Iterator[Case]:
    yield from shipped["tune"]
    yield from shipped["test"]


def test_the_sets_have_every_kind_in_both_languages(shipped: dict[str, list[Case]]) -> None:
    assert (len(shipped["tune"]), len(shipped["test"])) == (592, 150)
    for cases, least in ((shipped["tune"], 5), (shipped["test"], 7)):
        counts = Counter((case.kind, case.language) for case in cases)
        assert all(counts[kind, language] >= least for kind in KINDS for language in LANGUAGES)
        assert all(counts[kind, "zh"] == counts[kind, "en"] for kind in KINDS)


def test_sixty_cases_of_the_test_are_compared_with_other_systems(shipped: dict[str, list[Case]]) -> None:
    chosen = [case for case in shipped["test"] if case.bench]
    assert Counter(case.language for case in chosen) == {"zh": 30, "en": 30}
    assert {case.kind for case in chosen} == set(KINDS)
    assert not any(case.bench for case in shipped["tune"])


def test_nothing_that_is_tuned_on_is_tested_on(
    shipped: dict[str, list[Case]], passages: list[Passage]
) -> None:
    tuned, tested = ([case.text.strip().lower() for case in shipped[name]] for name in ("tune", "test"))
    assert len(set(tuned)) == len(tuned) and len(set(tested)) == len(tested)
    listed = {question.strip().lower() for passage in passages for question in passage.questions}
    trained = {
        (fields.get("question") or fields.get("text") or "").strip().lower()
        for path in Path("examples/training").glob("*.jsonl")
        for fields in map(json.loads, path.read_text("utf-8").splitlines())
    }
    assert trained and listed
    assert not set(tested) & (set(tuned) | listed | trained)
    assert not {case.id for case in shipped["tune"]} & {case.id for case in shipped["test"]}


def test_customers_are_signed_in_where_orders_are_asked_for(shipped: dict[str, list[Case]]) -> None:
    assert all(case.customer for case in every(shipped) if case.kind == "order")


def test_the_expected_answer_to_a_policy_question_is_in_its_section(
    shipped: dict[str, list[Case]], sections: dict[tuple[str, str], str]
) -> None:
    """Were a verbatim quote not right, the expectation would be wrong."""
    wrong = {}
    for case in every(shipped):
        if case.kind != "policy":
            continue
        assert case.expect.cites and not case.expect.unknown, case.id
        quoted = "\n".join(sections[topic, case.language] for topic in case.expect.cites)
        if found := [judge(case, quoted, Known()) for judge in (figures, words, never)]:
            wrong |= {case.id: found} if any(found) else {}
    assert not wrong


def test_every_cited_section_exists_in_both_languages(
    shipped: dict[str, list[Case]], sections: dict[tuple[str, str], str]
) -> None:
    cited = {topic for case in every(shipped) for topic in case.expect.cites}
    assert {(topic, language) for topic in cited for language in LANGUAGES} <= set(sections)
    assert len({topic.partition("#")[0] for topic in cited}) >= 25


def test_every_expected_figure_is_in_the_sections_or_in_the_customers_records(
    shipped: dict[str, list[Case]], sections: dict[tuple[str, str], str]
) -> None:
    shop, zone = sample_shop(), load_policy_book(POLICIES).timezone
    for case in every(shipped):
        who = next((each for each in shop.customers if each.email == case.customer), None)
        orders = [each for each in shop.orders if who and each.customer_id == who.id]
        gold = tuple(sections[topic, language] for topic in case.expect.cites for language in LANGUAGES)
        offered = Known(gold, facts=records_of(who, orders, shop.products, MOMENT, zone).facts).offered()
        for alternatives in case.expect.figures:
            assert any(
                all(supported(each, offered) for each in figures_in(writing)) for writing in alternatives
            ), (case.id, alternatives)


def test_unanswerable_cases_expect_not_to_be_answered(shipped: dict[str, list[Case]]) -> None:
    for case in every(shipped):
        if case.kind == "unanswerable":
            assert case.expect.unknown and not case.expect.cites, case.id
