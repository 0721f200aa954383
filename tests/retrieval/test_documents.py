"""Good files are read, bad ones are named with line and reason, and never stop the others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents import MAX_BYTES, Document, load_documents
from tests.retrieval.fakes import Write


def test_all_fields_are_read(write: Write) -> None:
    path = write(
        "returns",
        "zh",
        "# 退货\n文字\n",
        "退货政策",
        "effective_from: 2026-01-01\neffective_to: 2026-12-31\nowner: after-sales\ncard: returns.card.yaml\n"
        "audience: staff\nregions: [CN, US]\nchannels: [wechat]\ntiers: [gold]\n",
    )
    (document,), problems = load_documents(path.parent)
    assert not problems
    assert (document.id, document.title, document.language) == ("returns", "退货政策", "zh")
    assert (document.effective_from, document.effective_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (document.owner, document.card, document.audience) == ("after-sales", "returns.card.yaml", "staff")
    assert (document.regions, document.channels, document.tiers) == (("CN", "US"), ("wechat",), ("gold",))
    assert document.body.strip() == "# 退货\n文字"


def test_revision_follows_the_content(write: Write) -> None:
    first = load_documents(write("a", "en", "one\n").parent)[0][0].revision
    same = load_documents(write("a", "en", "one\n").parent)[0][0].revision
    other = load_documents(write("a", "en", "two\n").parent)[0][0].revision
    assert first == same != other
    assert len(first) == 12


GOOD = "---\nid: a\ntitle: A\nlanguage: en\n---\ntext\n"

BAD = {
    "no front matter": (b"# Returns\ntext\n", 1, "no front matter"),
    "not closed": (b"---\nid: a\ntitle: A\n", 1, "not closed"),
    "not utf-8": (GOOD.encode() + b"\nok\n\xff\xfe\n", 9, "UTF-8"),
    "nul": (GOOD.encode() + b"a\x00b\n", 7, "control character"),
    "unknown field": (b"---\nid: a\ntitle: A\nlanguage: en\ncolour: red\n---\nx\n", 5, "colour"),
    "wrong language": (b"---\nid: a\ntitle: A\nlanguage: fr\n---\nx\n", 4, "language"),
    "bad id": (b"---\nid: ../a\ntitle: A\nlanguage: en\n---\nx\n", 2, "id"),
    "missing title": (b"---\nid: a\nlanguage: en\n---\nx\n", 1, "title"),
    "number as id": (b"---\nid: 12\ntitle: A\nlanguage: en\n---\nx\n", 2, "id"),
    "bad date": (b"---\nid: a\ntitle: A\nlanguage: en\neffective_from: 2026-13-45\n---\nx\n", 1, "YAML"),
    "ends before start": (
        b"---\nid: a\ntitle: A\nlanguage: en\neffective_from: 2026-02-01\neffective_to: 2026-01-01\n---\nx\n",
        1,
        "effective_to lies before",
    ),
    "broken yaml": (b"---\nid: a\ntitle: [A\nlanguage: en\n---\nx\n", 4, "YAML"),
    "deep yaml": (b"---\nid: " + b"[" * 5000 + b"\n---\nx\n", 1, "YAML"),
    "python tag": (b"---\nid: !!python/object/apply:os.getcwd []\n---\nx\n", 2, "YAML"),
    "a region that YAML reads as no": (
        b"---\nid: a\ntitle: A\nlanguage: en\nregions: [NO]\n---\nx\n",
        5,
        "regions",
    ),
    "one channel, no list": (b"---\nid: a\ntitle: A\nlanguage: en\nchannels: web\n---\nx\n", 5, "channels"),
    "list": (b"---\n- a\n---\nx\n", 1, "fields"),
    "huge front matter": (b"---\nid: a\n" + b"# x\n" * 5000 + b"---\nx\n", 1, "longer than"),
    "empty": (b"", 1, "no front matter"),
    "no text": (b"---\nid: a\ntitle: A\nlanguage: en\n---\n\n", 0, "no text"),
    "twice the same anchor": (GOOD.encode() + b"## B {#x}\ntext\n## C {#x}\ntext\n", 9, "#x"),
    "open comment": (GOOD.encode() + b"<!-- questions: a\nmore text\n", 7, "not closed"),
    "too large": (GOOD.encode() + b"x" * MAX_BYTES, 0, "larger than 2 MB"),
}


@pytest.mark.parametrize(("data", "line", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_named_and_the_rest_is_read(
    tmp_path: Path, data: bytes, line: int, reason: str
) -> None:
    (tmp_path / "bad.md").write_bytes(data)
    (tmp_path / "good.md").write_text(GOOD.replace("id: a", "id: good"))
    documents, (problem,) = load_documents(tmp_path)
    assert [document.id for document in documents] == ["good"]
    assert problem.path.name == "bad.md"
    assert reason in problem.reason
    assert problem.line == line


def test_of_two_with_one_id_the_first_stays(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text(GOOD)
    (tmp_path / "2.md").write_text(GOOD.replace("text", "other"))
    (tmp_path / "3.md").write_text(GOOD.replace("language: en", "language: zh"))
    documents, (problem,) = load_documents(tmp_path)
    assert [document.path.name for document in documents] == ["1.md", "3.md"]
    assert "already taken" in problem.reason and "1.md" in problem.reason


DATED = GOOD.replace("language: en", "language: en\neffective_{}: {}")


def test_revisions_of_one_document_follow_one_another(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text(DATED.format("to", "2026-06-30"))
    (tmp_path / "2.md").write_text(DATED.format("from", "2026-07-01"))
    (tmp_path / "3.md").write_text(DATED.format("from", "2027-01-01"))
    documents, (problem,) = load_documents(tmp_path)
    assert [document.path.name for document in documents] == ["1.md", "2.md"]
    assert "2.md, which is in force on the same days" in problem.reason


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 20))
PERIODS = st.tuples(DAYS, DAYS).filter(lambda period: None in period or period[0] <= period[1])


@settings(max_examples=200, deadline=None)
@given(one=PERIODS, other=PERIODS)
def test_periods_overlap_when_a_day_lies_in_both(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None]
) -> None:
    left, right = (
        Document("a", "A", "en", "r", "x", Path("a.md"), effective_from=start, effective_to=end)
        for start, end in (one, other)
    )
    days = [date(2026, 1, 1) + timedelta(number) for number in range(20)]
    inside = [(left, day) for day in days if _holds(one, day) and _holds(other, day)]
    assert left.overlaps(right) == right.overlaps(left) == bool(inside)


def _holds(period: tuple[date | None, date | None], day: date) -> bool:
    start, end = period
    return not ((start and day < start) or (end and day > end))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(GOOD)
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    documents, (problem,) = load_documents(folder)
    assert not documents
    assert "outside" in problem.reason


def test_a_folder_named_like_a_document_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    assert load_documents(tmp_path)[1][0].reason == "is not a regular file"


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    documents, (problem,) = load_documents(tmp_path / "nowhere")
    assert not documents
    assert "nowhere: is not a folder" in str(problem)


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    (document,), problems = load_documents(tmp_path)
    assert not problems
    assert "\r" not in document.body


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), front=st.booleans())
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, front: bool) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.md").write_bytes(b"---\n" + data if front else data)
    documents, problems = load_documents(folder)
    assert len(documents) + len(problems) == 1
