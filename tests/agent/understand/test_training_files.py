"""What is read from labelled files, what is found wrong with them, and what is trained on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from agent.understand.train.quality import as_markdown, comparable, examine, near_pairs, tidy
from agent.understand.train.rows import Row, Source, read_source
from agent.understand.training import TrainingDataError


def source(*rows: tuple[str, str]) -> Source:
    found = tuple(Row(text, "en", (label,), f"a:{n}") for n, (text, label) in enumerate(rows, 1))
    return Source(Path("a"), found, 0, 0)


def test_csv_jsonl_and_gzip_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\ufefftext,label\n退货,a|b\n"one\n two",c\n', encoding="utf-8")
    rows = [{"text": "退货", "label": ["a", "b"]}, {"text": "one  two", "label": "c"}]
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    one, two = (read_source(tmp_path / name, "text", "label") for name in ("a.csv", "a.jsonl.gz"))
    expected = [("退货", ("a", "b"), "zh"), ("one two", ("c",), "en")]
    assert [(r.text, r.labels, r.lang) for r in one.rows] == expected
    assert [(r.text, r.labels, r.lang) for r in two.rows] == expected


def test_texts_without_letters_are_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\n ,a\nfine,a\n\u200bodd,a\n", encoding="utf-8")
    found = read_source(tmp_path / "a.csv", "text", "label")
    assert (len(found.rows), found.empty, found.cleaned) == (2, 1, 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"text,label\nok,a\nbad,\n", "a.csv:3: label: no label"),
        ("a.csv", b"text,other\nok,a\n", "a.csv:2: no 'label'; there is: text, other"),
        ("a.csv", b"text,label\nok,a,b\n", "a.csv:2: more values than columns"),
        ("a.csv", b"text,label\nok,a\n\xff,b\n", "a.csv:3: not UTF-8"),
        ("a.csv", b"text,label\n", "a.csv: no labelled texts"),
        ("a.jsonl", b'{"text": "a", "label": "b"}\n\n{', "a.jsonl:3: not JSON"),
        ("a.jsonl", b'{"text": 5, "label": "b"}', "a.jsonl:1: text: a string"),
        ("a.jsonl", b'{"text": "a", "label": [{}]}', "a.jsonl:1: label: a label or a list"),
        ("a.jsonl.gz", b"not gzip", "a.jsonl.gz: not a whole gzip file"),
        ("a.txt", b"", r"a.txt: .jsonl, .csv"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainingDataError) as caught:
        read_source(tmp_path / name, "text", "label")
    assert str(caught.value).startswith(said)


def test_texts_are_the_same_but_for_case_signs_width_and_numbers() -> None:
    assert comparable("Where is W123?") == comparable("where is w98!!") == comparable("Ｗhere is W1")
    assert comparable("退货") != comparable("换货")
    assert comparable("??") == "??"


def test_near_duplicates_are_found_and_others_are_not() -> None:
    texts = ["please send me the tracking number of my order today", "where is it",
             "please send me the tracking number of my order todax"]  # fmt: skip
    assert near_pairs(texts) == [(0, 2)]


def test_the_report_counts_what_is_wrong() -> None:
    train = source(("return it", "a"), ("Return it!", "a"), ("cancel", "a"), ("Cancel", "b"), ("leak", "b"))
    quality = examine({"train": [train], "test": [source(("LEAK", "b"), ("new", "a"))]})
    assert (quality.exact_duplicates, quality.contradictions, quality.leaked) == (3, 1, 1)
    assert quality.rows == {"train": 5, "test": 2}
    assert quality.few == ["a", "b"]
    assert quality.imbalance == 1.5
    assert "a:5" in as_markdown(quality)


def test_what_is_tested_on_is_not_trained_on_and_majorities_win() -> None:
    rows = source(("x", "a"), ("X", "a"), ("x.", "b"), ("y", "a"), ("Y", "b"), ("leak", "a"), ("z", "c")).rows
    kept = tidy(rows, source(("Leak", "a")).rows)
    assert [(row.text, row.labels) for row in kept] == [("x", ("a",)), ("z", ("c",))]
