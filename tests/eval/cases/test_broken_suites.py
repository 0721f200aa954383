"""Every mistake in a suite is named with its file, line, case and field; nothing is a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eval.cases.bundled import BUNDLED, load, load_file
from eval.cases.errors import BadSuite, NothingToRun
from eval.cases.read import MOST_BYTES, MOST_DEEP

HEAD = "suite: small\nabout: A small suite.\nkind: task\ncases:\n"
CASE = """\
  - id: one
    language: en
    turns:
      - say: "Where is my order?"
        expect: {decision: ask}
"""


def problems_of(path: Path) -> list[str]:
    """The problems without the path, which every one of them begins with."""
    with pytest.raises(BadSuite) as caught:
        load_file(path)
    assert caught.value.problems
    assert all(each.startswith(f"{path}:") for each in caught.value.problems)
    return [each.removeprefix(f"{path}:") for each in caught.value.problems]


def problems(folder: Path, text: str | bytes) -> list[str]:
    path = folder / "small.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return problems_of(path)


def test_a_right_suite_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(HEAD + CASE, encoding="utf-8")
    loaded = load_file(path)
    assert loaded.name == "small"
    assert loaded.suite.cases[0].says == ("Where is my order?",)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("decision: ask", "decison: ask", 9, "case one: turns.0.expect.decison: unknown field; is `decision` meant?"),
        ("decision: ask", "decision: asks", 9, "case one: turns.0.expect.decision.0: 'asks' is not one of"),
        ("decision: ask", "must_say: [7]", 9, "YAML reads it as a number; put it in double quotes"),
        ("decision: ask", "cites: [no]", 9, "YAML reads it as yes/no; put it in double quotes"),
        ('"Where is my order?"', "yes", 8, "case one: turns.0.say: has to be text: YAML reads it as yes/no"),
        ('"Where is my order?"', "12:30", 8, "case one: turns.0.say: has to be text: YAML reads it as a number"),
        ('"Where is my order?"', '"  "', 8, "case one: turns.0.say: must not be blank"),
        ('"Where is my order?"', "", 8, "case one: turns.0.say: has to be text: YAML reads it as nothing"),
        ("language: en", "language: fr", 6, "case one: language: 'fr' is not one of zh, en"),
        ("    language: en\n", "", 5, "case one: language: is missing"),
        ("id: one", "id: One Case", 5, "case One Case: id: 'One Case' has to be of small letters"),
        ("kind: task", "kind: tasks", 3, "kind: 'tasks' is not one of task, knowledge"),
        ("        expect: {decision: ask}\n", "", 5, "case one: file: expects nothing"),
        ("{decision: ask}", "{}", 9, "case one: turns.0.expect: asks for nothing"),
        ("language: en", "language: en\n    tags: money", 7, "case one: tags: has to be a list"),
        ("language: en", "language: en\n    pair: both", 7, "case one: pair: 'both' needs one case in zh and one in en"),
        ("decision: ask", 'must_say: ["/(/"]', 9, "case one: turns.0.expect.must_say: '/(/' is no regular expression"),
        ("decision: ask", 'must_not_say: ["/[/"]', 9, "expect.must_not_say: '/[/' is no regular expression"),
        ("decision: ask", 'must_say: ["**"]', 9, "expect.must_say: '**' is nothing but Markdown"),
        ("decision: ask", "mood: {at_most: -2}", 9, "case one: turns.0.expect.mood.at_most: Input should be greater"),
        ("decision: ask", "mood: {}", 9, "expect.mood: give `at_least`, `at_most` or both"),
        ("decision: ask", "mood: {at_least: 0.5, at_most: 0}", 9, "expect.mood: `at_least` is above `at_most`"),
        ("decision: ask", "ask_rating: yess", 9, "expect.ask_rating: has to be true or false"),
        ("language: en", "language: en\n    after: {complaints: [{prority: high}]}", 7,
         "after.complaints.0.prority: unknown field; is `priority` meant?"),
        ("language: en", "language: en\n    after: {complaints: [{kind: delivery}]}", 7,
         "'delivery' is not one of quality, logistics"),
        ("language: en", 'language: en\n    after: {complaints: [{text: "/(/"}]}', 7,
         "case one: after.complaints.0.text: '/(/' is no regular expression"),
        ("language: en", "language: en\n    shop: {complaints: [{id: CP-1A2B, customer: a@example.com, kind: price, text: x, "
         "handled: [{do: offer}]}]}", 7, "shop.complaints.0.handled.0: offer needs `amount`"),
        ("language: en", "language: en\n    shop: {complaints: [{id: 7, customer: a@example.com, kind: price, text: x}]}", 7,
         "shop.complaints.0.id: has to be text: YAML reads it as a number"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in HEAD + CASE
    (found,) = problems(tmp_path, (HEAD + CASE).replace(old, new, 1))
    assert found.startswith(f"{line}: ")
    assert said in found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        ("just words\n", 1, "file: has to be a mapping"),
        (HEAD + CASE.replace("en", "en\n    language: zh", 1), 7, "language: stands in line 6 already"),
        (HEAD + CASE.replace('"Where is my order?"', "&a x") + "    about: *a\n", 10, "aliases (*name) are not taken"),
        (HEAD + CASE.replace('"Where', "Where: no"), 8, "is not YAML"),
        (HEAD + CASE.replace('"Where is my order?"', "!important and late"), 8, "tags (!name) are not taken"),
        (HEAD + CASE.replace('"Where is my order?"', "!!int x"), 8, "tags (!name) are not taken"),
        (HEAD + CASE.replace('"Where is my order?"', '"\\ud800"'), 8, "half of a character"),
        (HEAD + CASE + "\tx: 1\n", 10, "is not YAML"),
        (HEAD + "  - \x07\n", 5, "is not YAML: the sign U+0007 is not taken"),
        ("a: " + "[" * (MOST_DEEP + 1), 1, "values within each other are not taken"),
        ("a: " + "[" * 100_000, 1, "values within each other are not taken"),
        ("---\na: 1\n---\nb: 2\n", 3, "is not YAML"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_of_ours_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"{line}: ")
    assert said in found


def test_a_colon_in_a_message_is_met_with_advice(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, HEAD + CASE.replace('"Where is my order?"', "My question: where is it?"))
    assert found.startswith("8: is not YAML")
    assert found.endswith("put the text in double quotes")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = (
        (HEAD + CASE).replace("kind: task", "kind: tusk").replace("decision: ask", "decision: aks, rool: x")
    )
    found = problems(tmp_path, wrong.replace("language: en", "languge: en"))
    assert [int(each.split(":")[0]) for each in found] == [3, 5, 6, 9, 9]
    assert sum("is `" in each for each in found) >= 3


def test_a_doubled_id_names_both_cases(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, HEAD + CASE + CASE)
    assert found == "10: case one: id: is the id of case number 1 of this file already"


def test_a_pair_of_two_english_cases_is_none(tmp_path: Path) -> None:
    first = CASE.replace("language: en", "language: en\n    pair: both")
    found = problems(tmp_path, HEAD + first + first.replace("id: one", "id: two"))
    assert found == ["7: case one: pair: 'both' needs one case in zh and one in en, not en, en"]


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    assert problems(tmp_path, HEAD.encode() + b"  - id: \xff\n")[0].startswith("5: is not valid UTF-8")


def test_text_from_a_spreadsheet_with_a_mark_of_byte_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + CASE).encode())
    assert load_file(path).name == "small"


def test_a_huge_file_is_not_parsed(tmp_path: Path) -> None:
    assert problems(tmp_path, b"#" * (MOST_BYTES + 1)) == [" is larger than 5 MB"]


def test_a_folder_instead_of_a_file_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert problems_of(tmp_path)[0].startswith(" cannot be read")
    assert problems_of(tmp_path / "none.yaml") == [" cannot be read: No such file or directory"]


def test_an_unknown_name_is_met_with_the_names_there_are(tmp_path: Path) -> None:
    (tmp_path / "small.yml").write_text(HEAD + CASE, encoding="utf-8")
    with pytest.raises(NothingToRun, match="'smal' is no suite, file or folder; the suites here are small"):
        load(["smal"], tmp_path)
    assert [each.name for each in load(["small"], tmp_path)] == ["small"]


def test_a_folder_without_suites_or_none_at_all(tmp_path: Path) -> None:
    with pytest.raises(NothingToRun, match="has no suite"):
        load([str(tmp_path)])
    with pytest.raises(NothingToRun, match="cannot be read"):
        load([], tmp_path / "none")


def test_a_suite_is_meant_before_a_folder_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "other.yaml").write_text(HEAD.replace("small", "other") + CASE, encoding="utf-8")
    (tmp_path / "small.yaml").write_text(HEAD + CASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [each.name for each in load(["small"], tmp_path)] == ["small"]
    assert [each.name for each in load(["./small/"], tmp_path)] == ["other"]


def test_two_files_with_one_name_and_broken_ones_are_told_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(HEAD + CASE, encoding="utf-8")
    (tmp_path / "c.yaml").write_text("", encoding="utf-8")
    with pytest.raises(BadSuite) as caught:
        load([], tmp_path)
    broken, doubled = caught.value.problems
    assert broken == f"{tmp_path / 'c.yaml'}:1: is empty"
    assert doubled.startswith(f"{tmp_path / 'b.yaml'}:1: suite: 'small' is the name of")


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(HEAD + CASE, encoding="utf-8")
    assert len(load([str(path), str(tmp_path)])) == 1


def test_what_comes_with_kefu_is_read() -> None:
    assert {path.stem for path in BUNDLED.glob("*.yaml")} == {each.name for each in load([])}


_ONCE_IN_A_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_ONCE_IN_A_FOLDER
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(str.strip))
@example('He said: "no" — {really}? #1 @me 100 % \\ \u2028 😀 是的：‘好’')
def test_any_text_survives_as_a_quoted_message(tmp_path: Path, text: str) -> None:
    path = tmp_path / "small.yaml"
    quoted = yaml.dump(text, default_style='"', width=10**9)
    path.write_text(HEAD + CASE.replace('"Where is my order?"', quoted.strip()), encoding="utf-8")
    assert load_file(path).suite.cases[0].says == (text,)


PIECES = (
    "suite:", "cases:", "turns:", "say:", "expect:", "id:", "- ", "  ", "\n", "\n  ", ": ", "!!int", "!!bool", "!x", "&a",
    "*a", "<<: ", "? ", "| ", "> ", "{", "}", "[", "]", ",", "'", '"', "\\", "#", "%", "---", "...", "=", "~", "yes", "1:30",
    ".nan", "0x", "1e999", "2026-11-16", "\t", "\x00", "\ufeff", "必", "😀", "\\ud800",
)  # fmt: skip


@_ONCE_IN_A_FOLDER
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=60)
)
@example(b"a: !!bool x")
@example(b"a: !!int ''")
@example(b"a: !!timestamp x")
@example(b"? [a]\n: b")
@example(b"<<: x")
@example(b"cases: {0: {id: x}}")
@example(b'a: "\\U00110000"')
def test_whatever_the_bytes_are_there_is_a_bad_suite_and_no_traceback(tmp_path: Path, raw: bytes) -> None:
    assert problems(tmp_path, raw)


@_ONCE_IN_A_FOLDER
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_whatever_stands_in_a_right_suite(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "small.yaml"
    text = (HEAD + CASE).replace("decision: ask", piece)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert load_file(path).suite.cases
    except BadSuite as error:
        assert all(each.startswith(f"{path}:") for each in error.problems)
