"""No file stops the server: whatever it asks for, the process that reads it ends in time and is replaced."""

from __future__ import annotations

import os
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import replace

import pytest

from knowledge.formats import Limits, Unreadable, convert
from knowledge.formats.children import MAX_RUNNING
from knowledge.formats.model import MEGABYTE

TIGHT = Limits(seconds=3, memory_bytes=400 * MEGABYTE)


def refused(data: bytes, name: str, limits: Limits = TIGHT) -> str:
    start = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        convert(data, name, limits)
    # Time enough for a new process on a busy machine, and far less than for ever.
    assert time.monotonic() - start < limits.seconds + 30
    return str(caught.value)


def pdf_with(content: bytes) -> bytes:
    stream = zlib.compress(content, 9)
    head = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>\nendobj\n"
    )
    size = b"4 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(stream)
    return head + size + stream + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<div>" * 100_000),
        ("a.html", b"<table><tr><td>" * 20_000),
        ("a.html", b"<ul><li>" * 50_000),
        ("a.json", b"[" * 1_000_000),
        ("a.json", b'{"a":' * 1_000_000),
        ("a.json", b"[" + b"9" * 100_000 + b"]"),
        ("a.jsonl", b"[" * 1_000_000 + b"\n{}"),
        ("a.csv", b"a," * 1_000_000),
        ("a.csv", b"question,answer\n" + b"x," * 1_000_000),
        ("a.csv", b'question,answer\nx,"' + b"y\n" * 500_000),
        ("a.md", b"<!--" * 100_000),
        ("a.md", b"---\n" + b"a: &a [b]\n" * 10 + b"---\nx"),
        ("a.md", b"---\n" + b"[" * 5000 + b"\n---\nx"),
        ("a.pdf", pdf_with(b"(x) Tj " * 5_000_000)),
        ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj << " * 100_000),
        ("a.pdf", b"%PDF-1.4\n" + b"[" * 1_000_000),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:12].decode("latin-1"),
)
def test_exhausting_files_are_refused(name: str, data: bytes) -> None:
    assert refused(data, name)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"[](" * 100_000,
        b"> " * 50_000,
        b"*a " * 100_000,
        b"<a " * 100_000,
        b"| a " * 100_000 + b"\n" + b"| - " * 100_000,
        b"- " * 20_000 + b"a",
        b"&amp;" * 100_000,
        b"`" * 100_000 + b"a`",
    ],
)
def test_markdown_that_is_slow_to_read_costs_bounded_time(data: bytes) -> None:
    start = time.monotonic()
    with suppress(Unreadable):
        convert(b"# T\n\n" + data, "a.md", TIGHT)
    assert time.monotonic() - start < TIGHT.seconds + 30


def test_entities_of_a_page_are_not_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]><p>&b; text</p>'
    markdown = convert(page.encode(), "a.html").markdown
    assert "haha haha" not in markdown and "text" in markdown


def test_wide_spans_do_not_multiply() -> None:
    row = b"<tr>" + b"<td colspan=1000 rowspan=65000>x</td>" * 100 + b"</tr>"
    assert "more than 200,000 cells" in refused(b"<table>" + row * 100 + b"</table>", "a.html")


def test_too_much_text_is_refused() -> None:
    limits = replace(TIGHT, characters=1000)
    for name, data in (("a.txt", b"word " * 300), ("a.md", b"word " * 300), ("a.html", b"<p>word</p>" * 300)):
        assert "more than 1,000 characters" in refused(data, name, limits)


def test_a_large_file_is_refused_by_its_size() -> None:
    assert refused(b"x" * 2000, "a.txt", replace(TIGHT, file_bytes=1000)).startswith("is larger than")


def test_time_and_memory_are_bounded_and_the_next_file_is_read() -> None:
    page = b"<p>" + b"<b>x</b>" * 400_000
    assert "memory" in refused(page, "a.html", replace(TIGHT, memory_bytes=200 * MEGABYTE, seconds=60))
    assert convert(b"<p>next</p>", "b.html").markdown == "next\n"
    assert "longer than 1 seconds" in refused(
        page, "a.html", replace(TIGHT, seconds=1, memory_bytes=8192 * MEGABYTE)
    )
    assert convert(b"<p>next</p>", "b.html").markdown == "next\n"


def test_a_reader_that_was_killed_is_replaced() -> None:
    from knowledge.formats import children

    convert(b"one", "a.txt")
    killed = [child.process for child in children._CHILDREN._idle]
    assert killed
    for process in killed:
        process.kill()
    assert convert(b"two", "a.txt").markdown == "two\n"


def test_a_reader_that_leaves_costs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.formats import children
    from knowledge.formats.child import MAX_FILES

    class Slow(children._Child):
        def close(self) -> int:
            # On a busy machine it has not ended yet when it is looked at.
            self.process.kill()
            return super().close()

    monkeypatch.setattr(children, "_Child", Slow)
    for number in range(MAX_FILES + 5):
        assert convert(b"text %d" % number, "a.txt").markdown == f"text {number}\n"


def test_many_callers_share_few_readers() -> None:
    from knowledge.formats import children

    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = convert(f"text {number}".encode(), "a.txt").markdown

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: f"text {number}\n" for number in range(12)}
    assert len(children._CHILDREN._idle) <= MAX_RUNNING


def test_the_reader_does_not_know_the_servers_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.formats.children import _Child

    monkeypatch.setenv("SECRET_KEY", "hush")
    child = _Child()
    try:
        assert child.ask(b"text", "a.txt", TIGHT)
        with open(f"/proc/{child.process.pid}/environ", "rb") as file:
            assert b"hush" not in file.read()
    finally:
        child.close()


@pytest.mark.parametrize("name", ["a", "a.exe", "a.xlsx", "a.pdf.zip", "", "."])
def test_other_kinds_are_refused_by_name(name: str) -> None:
    assert "of a kind that is not read" in refused(b"text", name)


def test_nothing_is_left_running_without_its_server() -> None:
    from knowledge.formats.children import _Child

    child = _Child()
    assert child.ask(b"text", "a.txt", TIGHT)
    assert child.process.stdin
    child.process.stdin.close()
    assert child.process.wait(20) == 0
    child.close()
    assert not os.path.exists(f"/proc/{child.process.pid}")
