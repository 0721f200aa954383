"""Check 9: instructions to a model inside a document, hidden characters, look-alike addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from agent.ledger.instructions import DIRECTION, HIDDEN, instruction
from knowledge.check.findings import Finding, Severity, shortened
from retrieval.documents import Document

_SCRIPT = re.compile(r"<\s*(?:script|iframe|object|embed|form|meta|link|svg|style)\b|\bon(?:error|load|click)\s*=|javascript:|data:text/html|vbscript:", re.IGNORECASE)  # fmt: skip
_SPACES = re.compile(r"\s{40,}")
_HOST = re.compile(r"(?:https?://|www\.|@)([^\s/?#()<>，。；、]+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOOK_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def check_hostile(documents: Sequence[Document]) -> Iterator[Finding]:
    """Look through every line, hidden comments included: what is indexed may reach a model."""
    for document in documents:
        for number, line in enumerate(document.body.split("\n"), start=1):
            yield from _line(document, number, line)


def orders_in(line: str) -> str:
    """The words of a line that give a language model orders, or hide or script something; "" for none."""
    clear = unicodedata.normalize("NFKC", HIDDEN.sub("", DIRECTION.sub("", line)))
    match = instruction(line) or _SCRIPT.search(clear) or DIRECTION.search(line)
    return match.group() if match else ""


def _line(document: Document, number: int, line: str) -> Iterator[Finding]:
    def found(severity: Severity, code: str, quote: str, message: str) -> Finding:
        return Finding(severity, code, document.key, "", number, message, quote=shortened(quote))

    if line.isascii() and len(line) < 4:
        return
    line = _SPACES.sub(" ", line)
    if match := instruction(line):
        yield found("error", "hostile.instruction", match.group(), "This speaks to a language model, not to a customer. Take it out.")  # fmt: skip
    clear = unicodedata.normalize("NFKC", HIDDEN.sub("", DIRECTION.sub("", line)))
    if match := _SCRIPT.search(clear):
        yield found(
            "error",
            "hostile.script",
            match.group(),
            "A document holds text only. Take the script or frame out.",
        )
    if match := DIRECTION.search(line):
        yield found(
            "error", "hostile.direction", _shown(line, match),
            f"{_name(match.group())} can make a text read differently from what it says. Take it out.",
        )  # fmt: skip
    if match := HIDDEN.search(line.removeprefix("\ufeff") if number == 1 else line):
        yield found("warning", "hostile.hidden", _shown(line, match), f"The invisible {_name(match.group())} stands here. Take it out.")  # fmt: skip
    for host in _HOST.findall(line):
        if mixed := _mixed(host):
            yield found("error", "hostile.look-alike", host, f"The address {host} mixes Latin letters with {mixed} ones that look like them. Write it anew.")  # fmt: skip
    for word in _WORD.findall(_HOST.sub(" ", line)) if not line.isascii() else ():
        if mixed := _mixed(word):
            yield found("warning", "hostile.look-alike", word, f'"{word}" mixes Latin letters with {mixed} ones that look like them. Write it anew.')  # fmt: skip
            break


def _mixed(text: str) -> str:
    """The script whose letters stand among Latin ones, "" for none."""
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()}
    strange = next((script for script in _LOOK_ALIKE if script in scripts), "")
    return strange.capitalize() if strange and "LATIN" in scripts else ""


def _name(char: str) -> str:
    return f"character U+{ord(char[-1]):04X} ({unicodedata.name(char[-1], 'unnamed').lower()})"


def _shown(line: str, match: re.Match[str]) -> str:
    """The text around a hidden character, with the character made visible."""
    start, end = match.span()
    return f"{line[max(0, start - 20) : start]}⟨U+{ord(match.group()[-1]):04X}⟩{line[end : end + 20]}"
