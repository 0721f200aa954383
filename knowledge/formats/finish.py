"""The last step for every format: characters, headings, anchors, title, size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from knowledge.errors import Unreadable
from knowledge.formats import marks
from knowledge.formats.links import without_bad_links
from knowledge.formats.model import Converted, Draft, Limits
from knowledge.formats.text import language_of, one_line, tidy

_STRAY_TAG = re.compile(r"<(?!!-- questions: [^<>]* -->$)(?=[A-Za-z/!?])", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DEEPEST_SECTION = 3
MAX_TITLE = 200


def finish(draft: Draft, name: str, limits: Limits) -> Converted:
    """The canonical form of what was read from the file `name`. Raises `Unreadable` if nothing was, or too much."""
    markdown = tidy(draft.markdown)
    if len(markdown) > limits.characters:
        raise Unreadable(f"holds more than {limits.characters:,} characters of text")
    if not draft.finished:
        markdown = "\n".join(_with_anchors(_levelled(_STRAY_TAG.sub("&lt;", markdown).split("\n"))))
    markdown = without_bad_links(markdown)
    if not _COMMENT.sub("", markdown).strip():
        raise Unreadable("holds no text")
    heading = "" if draft.named_by_file else _first_heading(markdown)
    title = one_line(draft.title) or heading or one_line(PurePath(name).stem) or "untitled"
    metadata = {"format": PurePath(name).suffix.lower().removeprefix("."), **draft.metadata}
    metadata.setdefault("language", language_of(markdown))
    return Converted(title[:MAX_TITLE].strip(), markdown, metadata, tuple(draft.notes))


def _first_heading(markdown: str) -> str:
    return next((text for line in markdown.split("\n") if (text := marks.parse_heading(line)[1])), "")


def _levelled(lines: list[str]) -> list[str]:
    """At most one heading of level 1, which is the title; sections begin at level 2.

    Passages name their section by the headings below the title, so a second title would be lost.
    """
    levels = [level for line in lines if (level := marks.parse_heading(line)[0])]
    if not levels:
        return lines
    titles = levels.count(1)
    lowest = min((level for level in levels if titles != 1 or level > 1), default=2)
    shift = 2 - lowest
    keep_first = titles == 1
    levelled = []
    for line in lines:
        level, text, anchor = marks.parse_heading(line)
        if level and not (keep_first and level == 1):
            line = marks.heading(max(2, level + shift), text, anchor)
        levelled.append(line)
    return levelled


def _with_anchors(lines: list[str]) -> Iterator[str]:
    """Every section gets an anchor that depends on its own words, so that passages keep their ids."""
    taken = {anchor for line in lines if (anchor := marks.parse_heading(line)[2])}
    given: set[str] = set()
    above = ""
    for line in lines:
        level, text, anchor = marks.parse_heading(line)
        if level == 2:
            above = text
        if (level == 1 and not anchor) or level > _DEEPEST_SECTION or not level:
            yield line
            continue
        anchor = anchor if anchor and anchor not in given else _anchor(text, above, taken)
        given.add(anchor)
        taken.add(anchor)
        yield marks.heading(level, text, anchor)


def _anchor(text: str, above: str, taken: set[str]) -> str:
    own = marks.slug(text, "s")
    under = marks.slug(f"{above} {text}", "s")
    choices = (own, under, *(f"{under}-{number}" for number in range(2, len(taken) + 3)))
    return next(choice for choice in choices if choice not in taken)
