"""Check 7: passages too long or too vague to answer from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from agent.ledger.quantities import LENGTHS, find_quantities
from knowledge.check.card_rules import rules_of
from knowledge.check.findings import Finding, shortened
from knowledge.check.languages import finding
from knowledge.check.sections import Section
from knowledge.check.words import words_of
from retrieval.documents import ANCHOR, Document
from retrieval.passages import MAX_TOKENS, estimate_tokens, plain
from tools.policy.cards import PolicyBook

# A passage is cut at MAX_TOKENS where it can be; one so much longer is a block that cannot.
LONGEST = 3 * MAX_TOKENS // 2
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Whole sentences that answer nothing.
_EMPTY = re.compile(
    r"(?:具体)?(?:详情|细节|详细信息?|具体情况|更多信息|规则)?(?:请)?(?:参?见|详见|参考|参照|查看)(?:上文|下文|前文|上述|上一?节|以上|别处|相关(?:页面|规定|说明)|前面)?(?:内容|说明|规定)?"
    r"|同上|如上(?:所述)?|照旧|照常|按(?:照)?(?:惯例|规定|常规|老规矩)(?:办理|处理|执行)?|和(?:平时|以前)一样|视情况而定|待定|敬请期待"
    r"|(?:如有(?:疑问|问题)[，,]?)?(?:请)?(?:联系|咨询)(?:我们|客服|在线客服|人工客服)?(?:即可|处理|了解)?"
    r"|(?:please\s+)?(?:see|refer\s+to|read)\s+(?:the\s+)?(?:above|below|elsewhere|previous\s+section|section\s+above|other\s+pages?)(?:\s+for\s+(?:details|more))?"
    r"|(?:the\s+)?(?:usual|same)\s+(?:rules|terms|conditions)(?:\s+apply)?|as\s+(?:usual|above|before|always)|same\s+as\s+(?:above|before)|it\s+depends|to\s+be\s+(?:announced|decided)|tb[ad]"
    r"|(?:(?:if\s+you\s+have\s+(?:any\s+)?questions?|for\s+(?:more\s+)?(?:details|information))\s*,?\s*)?(?:please\s+)?(?:contact|ask|call|write\s+to)\s+(?:us|our\s+staff|customer\s+service|support|the\s+chat)(?:\s+for\s+(?:details|more(?:\s+information)?))?",
    re.IGNORECASE,
)  # fmt: skip
_SENTENCE = re.compile(r"[。！？!?\n]+|\.(?=\s|$)")
_SOON = re.compile(
    r"尽快|尽早|稍后|马上|不久|及时|近期|第一时间|\b(?:soon|shortly|promptly|quickly|asap|in due course|in a timely manner|as fast as we can|before long)\b",
    re.IGNORECASE,
)
# What the customer is asked to do quickly is no promise.
_ASKED = re.compile(r"请|\b(?:please|you (?:should|must|need))\b", re.IGNORECASE)


def check_vagueness(
    sections: Iterable[Section], documents: Sequence[Document], book: PolicyBook | None, today: date
) -> Iterator[Finding]:
    ruled = _ruled(book, today)
    for section in sections:
        yield from _long(section)
        yield from _empty(section)
        if section.topic in ruled:
            yield from _soon(section, ruled[section.topic])
    for document in documents:
        yield from _headings(document)


def _long(section: Section) -> Iterator[Finding]:
    for passage in section.passages:
        if (size := estimate_tokens(passage.text)) > LONGEST:
            yield Finding(
                "warning", "vague.long", section.document.key, passage.id, section.line_of(plain(passage.text)),
                f"This passage has about {size} tokens; a customer is shown all of it. Cut it into sections of at most "
                f"{MAX_TOKENS}.",
                quote=shortened(passage.text),
            )  # fmt: skip


def _empty(section: Section) -> Iterator[Finding]:
    """Sections of which every sentence sends the reader elsewhere, or that say nothing at all."""
    sentences = [each.strip(" ,，;；:：…-") for each in _SENTENCE.split(plain(section.text))]
    said = [each for each in sentences if each]
    if (
        said
        and all(_EMPTY.fullmatch(each) or not words_of(each) for each in said)
        and not find_quantities(section.text)
    ):
        yield finding(
            "warning", "vague.empty", section, section.pieces[0].text if section.pieces else "",
            "This section answers nothing by itself, and a customer sees only this section. Say what holds.",
        )  # fmt: skip


def _soon(section: Section, sources: dict[str, str]) -> Iterator[Finding]:
    for piece in section.statements:
        match = _SOON.search(piece.text)
        if (
            not match
            or _ASKED.search(piece.text)
            or any(each.kind in LENGTHS for each in find_quantities(piece.text))
        ):
            continue
        yield finding(
            "note", "vague.soon", section, piece.text,
            f'"{match.group()}" promises something without a figure, though the card has one. Write the figure.',
            other=", ".join(sorted(sources)),
        )  # fmt: skip


def _ruled(book: PolicyBook | None, today: date) -> dict[str, dict[str, str]]:
    """The passages for which a card that holds has a length of time, with the rules' names."""
    found: dict[str, dict[str, str]] = {}
    for card in book.cards if book else ():
        if card.effective_from <= today <= (card.effective_until or today):
            for rule in rules_of(card):
                if rule.length and rule.length.values:
                    found.setdefault(rule.passage, {})[rule.source] = rule.id
    return found


def _headings(document: Document) -> Iterator[Finding]:
    """Headings with nothing below them, not even a deeper heading."""
    hidden = _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), document.body)
    open_heading: tuple[int, int, str] | None = None
    fenced = False
    for number, line in enumerate([*hidden.split("\n"), "# "], start=1):
        fenced ^= bool(_FENCE.match(line))
        match = None if fenced else _HEADING.match(line)
        if match is None:
            open_heading = open_heading if not line.strip() else None
            continue
        level = len(match[1])
        if open_heading and level <= open_heading[1]:
            yield Finding(
                "warning", "vague.heading", document.key, "", open_heading[0],
                "This heading has no text below it. Write the text or take the heading out.",
                quote=shortened(open_heading[2]),
            )  # fmt: skip
        open_heading = (number, level, ANCHOR.sub("", match[2])) if level > 1 else None
