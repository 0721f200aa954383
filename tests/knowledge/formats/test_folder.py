"""A folder of all formats is read in path order; a bad file is named and the rest goes on."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from knowledge.formats import Converted, read_folder, to_markdown_file
from knowledge.formats import folder as folder_module
from retrieval.documents import load_documents
from tests.knowledge.formats.samples import flow, para, pdf, word

HEAD = "---\nid: returns\ntitle: Returns\nlanguage: en\n---\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_all_formats_become_documents(tmp_path: Path) -> None:
    write(tmp_path, "a.md", HEAD + "# Returns\ntext\n")
    write(tmp_path, "b.html", "<h1>Post</h1><p>text</p>")
    write(tmp_path, "c.pdf", pdf(flow("text", "Pickup is free.")))
    write(tmp_path, "d/e.docx", word(para("保修", 0) + para("一年。")))
    write(tmp_path, "f.CSV", "q,a\nHow?,So.\n")
    write(tmp_path, "g.json", '{"How?": "So."}')
    write(tmp_path, "h.jsonl", '{"q": "How?", "a": "So."}')
    write(tmp_path, "i.txt", "Plain text.")
    write(tmp_path, "j.markdown", "# Own\ntext\n")
    for name in ("k.xlsx", ".hidden.md", "~$d.docx", ".git/x.md", "README"):
        write(tmp_path, name, "nothing")
    done: list[tuple[int, int]] = []
    documents, problems = read_folder(tmp_path, lambda *step: done.append(step))
    assert not problems
    assert [each.id for each in documents] == ["returns", "b", "c", "e", "f", "g", "h", "i", "j"]
    assert [each.language for each in documents] == ["en"] * 3 + ["zh"] + ["en"] * 5
    assert documents[3].title == "保修"
    assert done == [(number, 9) for number in range(1, 10)]


def test_markdown_with_front_matter_is_read_as_ever(tmp_path: Path) -> None:
    write(tmp_path, "a.md", HEAD + "# Returns\n\n\ntext  \nmore\n")
    assert read_folder(tmp_path) == load_documents(tmp_path)


def test_scripts_in_markdown_with_front_matter_are_taken_out(tmp_path: Path) -> None:
    write(tmp_path, "a.md", HEAD + "# Returns\n<!-- questions: q -->\ntext <script>evil()</script>\n")
    ((document,), problems) = read_folder(tmp_path)
    assert not problems
    assert "evil" not in document.body and "<!-- questions: q -->" in document.body


def test_a_sidecar_says_what_the_file_cannot(tmp_path: Path) -> None:
    write(tmp_path, "faq.csv", "q,a\nHow?,So.\n")
    write(tmp_path, "faq.csv.meta.yaml", "id: help\ntitle: Help\nowner: shop\neffective_from: 2026-01-01\n")
    ((document,), problems) = read_folder(tmp_path)
    assert not problems
    assert (document.id, document.title, document.owner, document.effective_from) == (
        "help",
        "Help",
        "shop",
        date(2026, 1, 1),
    )


@pytest.mark.parametrize(
    ("sidecar", "reason"),
    [
        ("colour: red", "colour"),
        ("language: fr", "language"),
        ("id: [a", "YAML"),
        ("- a", "fields"),
        ("id: " + "a" * 9000, "larger"),
        ("a: &a [x]\nb: [*a, *a]", "a: "),
    ],
)
def test_a_bad_sidecar_is_named(tmp_path: Path, sidecar: str, reason: str) -> None:
    write(tmp_path, "faq.csv", "q,a\nHow?,So.\n")
    path = write(tmp_path, "faq.csv.meta.yaml", sidecar)
    documents, (problem,) = read_folder(tmp_path)
    assert not documents
    assert problem.path == path and reason in problem.reason


def test_ids_of_names_are_stable_and_shared_by_languages(tmp_path: Path) -> None:
    write(tmp_path, "退货政策.zh.txt", "签收后七天内可以退货。")
    write(tmp_path, "FAQ (new).en.txt", "How it works.")
    write(tmp_path, "FAQ (new)_zh.txt", "常见问题的回答。")
    documents, problems = read_folder(tmp_path)
    assert not problems
    assert [each.key for each in documents] == ["faq-new.en", "faq-new.zh", "doc-4afe614d.zh"]


def test_of_ids_taken_twice_the_first_stays(tmp_path: Path) -> None:
    write(tmp_path, "a/x.txt", "first")
    write(tmp_path, "b/x.txt", "second")
    ((document,), (problem,)) = read_folder(tmp_path)
    assert document.path.parent.name == "a"
    assert "already taken" in problem.reason and problem.path.parent.name == "b"


def test_bad_files_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\nid: a\n---\nx")
    write(tmp_path, "b.pdf", b"%PDF-1.7 broken")
    write(tmp_path, "c.docx", b"PK\x03\x04")
    write(tmp_path, "d.txt", b"\xff\xff\xff")
    write(tmp_path, "e.md", HEAD.encode() + b"ok\n\xff\n")
    write(tmp_path, "z.txt", "good")
    documents, problems = read_folder(tmp_path)
    assert [each.id for each in documents] == ["z"]
    assert [each.path.name for each in problems] == ["a.md", "b.pdf", "c.docx", "d.txt", "e.md"]
    assert problems[-1].line == 7


def test_only_regular_files_inside_the_folder_are_read(tmp_path: Path) -> None:
    inside = tmp_path / "docs"
    secret = write(tmp_path, "secret.txt", "secret")
    good = write(inside, "good.txt", "good")
    (inside / "link.txt").symlink_to(secret)
    (inside / "broken.txt").symlink_to(inside / "none.txt")
    (inside / "loop.txt").symlink_to(inside / "loop.txt")
    (inside / "zero.txt").symlink_to("/dev/zero")
    (inside / "again.txt").symlink_to(good)
    os.mkfifo(inside / "pipe.txt")
    documents, problems = read_folder(inside)
    assert [each.path.name for each in documents] == ["again.txt", "good.txt"]
    assert {each.path.name: each.reason for each in problems}.keys() == {"broken.txt", "link.txt", "loop.txt", "pipe.txt", "zero.txt"}  # fmt: skip


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    monkeypatch.setattr(folder_module, "convert", lambda *_: pytest.fail("it was read"))
    documents, (problem,) = read_folder(tmp_path)
    assert not documents and problem.reason == "is larger than 25 MB"


def test_a_file_that_grows_meanwhile_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "text")
    is_regular = stat.S_ISREG

    def grow(mode: int) -> bool:
        with path.open("ab") as file:
            file.write(b"more")
        return is_regular(mode)

    monkeypatch.setattr(stat, "S_ISREG", grow)
    _, (problem,) = read_folder(tmp_path)
    assert "changed while it was read" in problem.reason


def test_what_is_no_folder_is_a_problem(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "none")[1][0].reason == "is not a folder"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    metadata = {"owner": "a: b # c", "effective_to": date(2026, 5, 1), "audience": "staff", "pages": 3}
    converted = Converted("Says: “yes” #1", "# T\n\n---\n\n- a\n", metadata)
    write(tmp_path, "x.md", to_markdown_file(converted, id="x", language="en"))
    ((document,), problems) = load_documents(tmp_path)
    assert not problems
    assert (document.title, document.body.strip("\n") + "\n") == (converted.title, converted.markdown)
    assert (document.owner, document.effective_to, document.audience) == (
        "a: b # c",
        date(2026, 5, 1),
        "staff",
    )
