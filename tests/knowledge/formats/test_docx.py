"""Word documents keep their structure; packages that were made to harm are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from knowledge.formats import Limits, Unreadable, convert
from tests.knowledge.formats.samples import package, para, passages, word, word_parts, word_table

BODY = (
    para("退货政策", heading=0)
    + para("七天无理由", heading=1)
    + para("签收后七天内可以退货。")
    + para("商品完好", level=0)
    + para("配件齐全", level=1)
    + para("费用", heading=2)
    + word_table([["项目", "金额"], ["邮费", "12 元"]])
)


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        convert(data, "a.docx", limits or Limits())
    return str(caught.value)


def test_structure_comes_through_to_passages() -> None:
    converted = convert(word(BODY), "a.docx")
    assert (converted.title, converted.metadata["language"]) == ("退货政策", "zh")
    first, second = passages(converted)
    assert first.heading == "七天无理由"
    assert first.text == "签收后七天内可以退货。\n\n- 商品完好\n  - 配件齐全"
    assert second.heading == "七天无理由 › 费用"
    assert second.text == "| 项目 | 金额 |\n| --- | --- |\n| 邮费 | 12 元 |"


def test_tracked_changes_and_comments_are_told() -> None:
    parts = word_parts(para("Keep") + '<w:p><w:ins w:id="1"><w:r><w:t>new</w:t></w:r></w:ins></w:p>')
    notes = convert(package(parts | {"word/comments.xml": "<c/>"}), "a.docx").notes
    assert notes == ("tracked changes were read as accepted", "comments were left out")


def test_macros_are_left_out_with_a_note() -> None:
    data = package(word_parts(para("text")) | {"word/vbaProject.bin": b"\xcc\x61"})
    assert "macros were left out" in convert(data, "a.docx").notes


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "zip bomb" in refused(package(word_parts(para("x")) | {"word/media/a.bin": b"\0" * 30_000_000}))


def test_many_parts_and_large_sums_are_refused() -> None:
    many = {f"word/media/{number}": b"" for number in range(30)}
    assert "more than 20 parts" in refused(package(word_parts(para("x")) | many), Limits(entries=20))
    assert "zip bomb" in refused(word(para("x" * 4000)), Limits(unpacked_bytes=3000))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\..\\x", "C:x"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "outside" in refused(package(word_parts(para("x")) | {name: b"x"}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "entities" in refused(
        package(word_parts(para("x")) | {"word/styles.xml": laughs.encode(encoding)})
    )


def test_an_external_entity_is_refused() -> None:
    xml = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'
    assert "entities" in refused(package(word_parts("") | {"word/document.xml": xml}))


def test_deep_nesting_is_refused() -> None:
    assert "nested" in refused(word("<w:sdt>" * 5000 + "</w:sdt>" * 5000))


def test_passwords_and_the_old_format_are_recognised() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "password" in refused(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "old Word format" in refused(ole)


def test_an_encrypted_entry_is_recognised() -> None:
    data = bytearray(word(para("x")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "password" in refused(bytes(data))


def test_other_packages_and_damage_are_refused() -> None:
    assert "not a Word document" in refused(package({"xl/workbook.xml": "<x/>"}))
    whole = word(BODY)
    assert "damaged" in refused(whole[: len(whole) // 2])
    assert "not XML" in refused(package(word_parts("") | {"word/document.xml": "<w:document"}))


def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(word(para("x")))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<x/>")
    assert "same name" in refused(buffer.getvalue())
