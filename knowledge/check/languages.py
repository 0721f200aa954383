"""Check 1: the Chinese and the English version of a topic say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agent.ledger.bounds import bounds, contrary
from agent.ledger.concepts import CATEGORIES, facets_in
from agent.ledger.quantities import LENGTHS, Quantity, find_quantities
from knowledge.check.findings import Finding, Severity, shortened
from knowledge.check.matching import exchanged, in_hours, spoken, unmatched
from knowledge.check.polarity import Said, opposites, said
from knowledge.check.sections import Piece, Section, by_topic

_NAMES = {"zh": "Chinese", "en": "English"}
# So many categories in common make a list of which one may be missing.
_LIST = 3
# A number without a unit may be said in words or left out; anything else has to stand in both.
_WEAK = {"number"}


def check_languages(sections: Iterable[Section]) -> Iterator[Finding]:
    everything = list(sections)
    languages: dict[str, set[str]] = {}
    for section in everything:
        languages.setdefault(section.document.id, set()).add(section.document.language)
    for versions in by_topic(everything).values():
        if len(versions) == 2:
            yield from _compare(versions["zh"], versions["en"])
        else:
            (section,) = versions.values()
            yield from _alone(section, languages[section.document.id])


def _alone(section: Section, languages: set[str]) -> Iterator[Finding]:
    missing = "en" if section.document.language == "zh" else "zh"
    if missing in languages:
        yield finding(
            "warning", "languages.section-missing", section, "",
            f"Section #{section.topic.partition('#')[2]} does not exist in {_NAMES[missing]}. Add it there, or give both "
            "versions the same anchor.",
            other=f"{section.document.id}.{missing}",
        )  # fmt: skip


def _compare(zh: Section, en: Section) -> Iterator[Finding]:
    rows = len(zh.rows) == len(en.rows)
    if not rows:
        yield _rows_missing(zh, en)
    figures = list(_figures(zh, en))
    yield from figures
    if not figures and rows:
        yield from _row_by_row(zh, en)
    yield from _bounds(zh, en)
    yield from _polarity(zh, en)
    yield from _lists(zh, en)


def _rows_missing(zh: Section, en: Section) -> Finding:
    short, full = (zh, en) if len(zh.rows) < len(en.rows) else (en, zh)
    return finding(
        "error", "languages.rows", short, short.rows[-1].text if short.rows else "",
        f"The {_NAMES[short.document.language]} table has {len(short.rows)} rows, the "
        f"{_NAMES[full.document.language]} one {len(full.rows)}. Add what is missing.",
        other=full.passages[0].id,
    )  # fmt: skip


def _quantities(section: Section) -> list[Quantity]:
    return find_quantities(whole(section))


def whole(section: Section) -> str:
    return f"{section.heading}\n{section.text}"


def _figures(zh: Section, en: Section) -> Iterator[Finding]:
    ours, theirs = _quantities(zh), _quantities(en)
    only_zh, only_en = unmatched(ours, theirs)
    pairs = list(_pairs(only_zh, only_en))
    for one, other in pairs:
        yield _differs(zh, en, one, other)
    paired = {id(each) for pair in pairs for each in pair}
    for section, against, lone in ((zh, en, only_zh), (en, zh, only_en)):
        for each in lone:
            if id(each) not in paired:
                yield _unsaid(section, against, each)
    if not only_zh and not only_en:
        for one, other in exchanged(ours, theirs):
            yield _differs(zh, en, one, other)


def _pairs(zh: list[Quantity], en: list[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Figures that stand for each other: of the same kind first, then 48 hours for 2 days, then in their order."""
    left = list(en)
    for fits in (_same_kind, in_hours, _comparable):
        for one in list(zh):
            other = next((each for each in left if fits(one, each)), None)
            if other is not None:
                zh = [each for each in zh if each is not one]
                left.remove(other)
                yield one, other


def _same_kind(one: Quantity, other: Quantity) -> bool:
    return one.kind == other.kind


def _comparable(one: Quantity, other: Quantity) -> bool:
    return {one.kind, other.kind} <= LENGTHS or "number" in (one.kind, other.kind)


def _differs(zh: Section, en: Section, one: Quantity, other: Quantity) -> Finding:
    here, there = _around(zh, one), _around(en, other)
    if in_hours(one, other):
        return finding(
            "note", "languages.hours-and-days", en, there,
            f"Chinese says {spoken(one)}, English {spoken(other)}. A deadline in days ends at midnight, one in hours does "
            "not: write the same unit in both.",
            other=zh.passages[0].id, other_quote=here,
        )  # fmt: skip
    return finding(
        "error", "languages.figure", en, there,
        f"Chinese says {spoken(one)}, English {spoken(other)}. Correct the one that is wrong.",
        other=zh.passages[0].id, other_quote=here,
    )  # fmt: skip


def _unsaid(section: Section, against: Section, quantity: Quantity) -> Finding:
    language, other = section.document.language, against.document.language
    severity: Severity = "warning" if quantity.kind in _WEAK else "error"
    return finding(
        severity, "languages.figure-missing", section, _around(section, quantity),
        f"{_NAMES[language]} says {spoken(quantity)}, {_NAMES[other]} says nothing of it. Say it in both languages or in "
        "neither.",
        other=against.passages[0].id,
    )  # fmt: skip


def _around(section: Section, quantity: Quantity) -> str:
    """The piece of a section that a quantity stands in."""
    start = len(section.heading) + 1
    for piece in section.pieces:
        if start <= quantity.start < start + len(piece.text) + 1:
            return piece.text
        start += len(piece.text) + 1
    return section.heading


def _row_by_row(zh: Section, en: Section) -> Iterator[Finding]:
    for one, other in zip(zh.rows, en.rows, strict=True):
        ours, theirs = find_quantities(one.text), find_quantities(other.text)
        only_zh, only_en = unmatched(ours, theirs)
        if only_zh or only_en:
            yield _row(zh, en, one, other, f"{_spoken(ours)} in Chinese and {_spoken(theirs)} in English")
        elif mismatch := _answers(one, other):
            yield _row(zh, en, one, other, mismatch)


def _spoken(quantities: list[Quantity]) -> str:
    return ", ".join(spoken(each) for each in quantities if not each.soft) or "no figure"


_YES = ("yes", "可以", "是", "支持", "能")
_NO = ("no", "不可以", "不能", "否", "不支持", "不可", "无法")


def _answers(one: Piece, other: Piece) -> str:
    for here, there in zip(one.cells, other.cells, strict=False):
        answers = {_answer(here), _answer(there)}
        if answers == {True, False}:
            return f'"{here}" in Chinese and "{there}" in English'
    return ""


def _answer(cell: str) -> bool | None:
    head = cell.lower().replace(",", " ").replace(";", " ").split(" ")[0].split("，")[0].split("；")[0]
    return False if head in _NO else True if head in _YES else None


def _row(zh: Section, en: Section, one: Piece, other: Piece, what: str) -> Finding:
    return finding(
        "error", "languages.row", en, other.text, f"This row of the table says {what}. Correct the one that is wrong.",
        other=zh.passages[0].id, other_quote=one.text,
    )  # fmt: skip


def _bounds(zh: Section, en: Section) -> Iterator[Finding]:
    ours, theirs = bounds(whole(zh), "zh"), bounds(whole(en), "en")
    for quantity, here, there in contrary(ours, theirs):
        yield finding(
            "warning", "languages.condition", en, _around(en, there.quantity),
            f'Chinese says "{here.word}" with {spoken(quantity)}, English "{there.word}". Make both the same condition.',
            other=zh.passages[0].id, other_quote=_around(zh, here.quantity),
        )  # fmt: skip


def _polarity(zh: Section, en: Section) -> Iterator[Finding]:
    ours, theirs = _said(zh), _said(en)
    for act in opposites(ours, theirs):
        yes, no = ("Chinese", "English") if (act, True) in ours else ("English", "Chinese")
        yield finding(
            "error", "languages.opposite", en, _piece_of(en, act),
            f"{yes} says yes to {act}, {no} says no. Correct the one that is wrong.",
            other=zh.passages[0].id, other_quote=_piece_of(zh, act),
        )  # fmt: skip


def _said(section: Section) -> Said:
    return said("\n".join(piece.text for piece in section.statements), section.document.language)


def _piece_of(section: Section, act: str) -> str:
    language = section.document.language
    return next(
        (piece.text for piece in section.statements if act in dict(said(piece.text, language))), section.text
    )


def _lists(zh: Section, en: Section) -> Iterator[Finding]:
    named: Mapping[str, frozenset[str]] = {
        section.document.language: facets_in(whole(section), section.document.language) & CATEGORIES.keys()
        for section in (zh, en)
    }
    if len(named["zh"] & named["en"]) < _LIST:
        return
    for full, short in ((zh, en), (en, zh)):
        if missing := named[full.document.language] - named[short.document.language]:
            yield finding(
                "warning", "languages.list", short, "",
                f"{_NAMES[full.document.language]} also names {_listed(missing)}, {_NAMES[short.document.language]} does "
                "not. Add it or take it out of both.",
                other=full.passages[0].id,
            )  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in sorted(names))


def finding(
    severity: Severity, code: str, section: Section, quote: str, message: str, other: str = "", other_quote: str = "",
) -> Finding:  # fmt: skip
    """A finding on a section; `quote` also tells the passage and the line."""
    passage = next((piece.passage for piece in section.pieces if piece.text == quote), section.passages[0])
    line = section.line_of(quote) if quote else section.line
    return Finding(
        severity, code, section.document.key, passage.id, line, message, other, shortened(quote), shortened(other_quote)
    )  # fmt: skip
