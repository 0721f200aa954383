"""Finds the tool calls in what a small model writes, and holds back what may become one.

The model's template asks for `<tool_call>{"name": …, "arguments": {…}}</tool_call>`. Small models often
leave the tags out or write a code block instead; such a call counts too where it names a tool that exists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

OPENING = "<tool_call>"
# What an untagged call begins with.
_SUSPECT = ("{", "[", "`", "<")
_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|$)", re.DOTALL)
_FENCED = re.compile(r"```(?:json|xml)?\s*(.*?)\s*(?:```|$)", re.DOTALL)
_BRACKET = re.compile(r"[\[{]")

Call = dict[str, Any]


class CallFilter:
    """Fed with pieces as they are written, tells what of them is text for the customer.

    An answer that begins like a call is held back until it ends; later text is shown up to a tag.
    """

    def __init__(self) -> None:
        self.text = ""
        self._shown = 0

    def feed(self, piece: str) -> str:
        self.text += piece
        start = self.text.lstrip()
        if not start or start.startswith(_SUSPECT):
            return ""
        return self._show(self._safe())

    def finish(self, called: bool) -> str:
        """What is left to show, after `called` tells whether the text held a call."""
        return "" if called else self._show(len(self.text))

    def _safe(self) -> int:
        """How much of the text cannot be the beginning of a tag."""
        place = self.text.find("<", self._shown)
        while place >= 0:
            rest = self.text[place : place + len(OPENING)]
            if OPENING.startswith(rest):
                return place
            place = self.text.find("<", place + 1)
        return len(self.text)

    def _show(self, until: int) -> str:
        piece = self.text[self._shown : until]
        self._shown = max(until, self._shown)
        return piece


def calls_in(text: str, known: Collection[str]) -> list[Call]:
    """The calls in `text`, in order, each with `name` and `arguments`.

    Any name counts inside the tags, outside of them only one of `known`.
    """
    tagged = [call for found in _TAGGED.findall(text) for call in _read(found)]
    if tagged:
        return tagged
    bare = text.strip()
    for part in (bare, *_FENCED.findall(bare)):
        if found := [call for call in _read(part) if call["name"] in known]:
            return found
    return []


def _read(text: str) -> list[Call]:
    """JSON objects one after another, or in a list; what cannot be read ends it."""
    decoder, place = json.JSONDecoder(), 0
    found: list[object] = []
    while place < len(text) and (begin := _next(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, begin)
        except ValueError:
            break
        found += value if isinstance(value, list) else [value]
    return [call for each in found if (call := _call(each))]


def _next(text: str, place: int) -> int | None:
    match = _BRACKET.search(text, place)
    return match.start() if match else None


def _call(value: object) -> Call | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    arguments = value.get("arguments", {})
    return {"name": value["name"], "arguments": arguments} if isinstance(arguments, dict) else None
