"""Bytes to text, and what every text needs afterwards."""

from __future__ import annotations

import codecs
import re
import unicodedata

from knowledge.errors import Unreadable

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z]+")
_NOT_PROSE = re.compile(r"\{#[\w-]+\}|<!-- questions:|https?://\S+|&lt;/?[\w-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
# Characters that nobody sees but that hide or reverse text, and halves of characters.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_WRAPPED = re.compile(rf"(?<=[{_WIDE}])[^\S\n]*\n\s*(?=[{_WIDE}])")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
}


def decode(data: bytes, declared: str = "") -> tuple[str, str, list[str]]:
    """Text, the encoding's name, and notes. By byte order mark, what is declared, UTF-8, then GB18030.

    Raises `Unreadable` for binary data and for text in an encoding that cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding.removesuffix("-sig"), []
    for encoding in dict.fromkeys((_DECLARED.get(declared.strip().lower(), "utf-8"), "utf-8")):
        try:
            return data.decode(encoding), encoding, []
        except UnicodeDecodeError:
            continue
    return _chinese(data), "gb18030", ["is not UTF-8; it was read as GB18030"]


def _strict(data: bytes, encoding: str) -> str:
    if not encoding:
        raise Unreadable("is UTF-32 text, which is not read: save it as UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"begins like {encoding.upper()} but is broken at byte {error.start}") from error


def _chinese(data: bytes) -> str:
    """GB18030 gives a meaning to most bytes, so the characters have to be common ones as well."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is neither UTF-8 nor GB18030 text (line {line}): save it as UTF-8") from error
    others = [character for character in text[:200_000] if character > "\x7f"]
    common = sum(_is_common(character) for character in others)
    if common < 0.8 * len(others):
        raise Unreadable("is in an encoding that cannot be told: save it as UTF-8")
    return text


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    """`text` with plain line ends. Raises `Unreadable` where it holds control characters, as binary data does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise Unreadable(f"holds the control character {match[0]!r} in line {line}: it is not plain text")
    return text


def tidy(text: str) -> str:
    """Without invisible characters, trailing blanks and more than one empty line in a row."""
    text = _SURROGATE.sub("\ufffd", text.replace("\xa0", " ").replace("\xad", ""))
    text = _INVISIBLE.sub("", text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def one_line(text: str) -> str:
    """White space as one blank; none where a line ended between two Chinese characters."""
    return " ".join(_WRAPPED.sub("", tidy(text)).split())


def language_of(text: str) -> str:
    """`zh` if there are at least as many Chinese characters as Latin words, else `en`."""
    text = _NOT_PROSE.sub("", text)
    chinese = len(CJK.findall(text))
    return "zh" if chinese and chinese >= len(_LATIN.findall(text)) else "en"


def normal(text: str) -> str:
    """One form for texts that differ in width, case and white space only."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
