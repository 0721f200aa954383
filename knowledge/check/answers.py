"""Check 10: approved answers that cannot be read, or state what their section does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.approved import unsupported
from knowledge.check.findings import Finding, shortened
from knowledge.check.polarity import opposites, said
from knowledge.check.sections import Section
from retrieval.answers import Answer
from retrieval.documents import Document
from retrieval.passages import plain
from retrieval.sections import Section as Written
from retrieval.sections import misplaced_answers, sections_of

_SHOP_PAYS = (
    r"(?:店铺|我们|本店|商家|青禾优选)[^，。；|]{0,6}(?:承担|付|出)|\b(?:we|the shop) (?:pay|cover|bear)"
)
_FREE = r"免费|包邮|免运费|免邮|\bfree\b|no (?:extra )?(?:charge|cost|fee)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Words of an answer that make a rule, and those of which its section has to have one then."""

    said: re.Pattern[str]
    held: re.Pattern[str]


def _rule(said: str, held: str) -> _Rule:
    return _Rule(re.compile(said, re.IGNORECASE), re.compile(f"{said}|{held}", re.IGNORECASE))


_RULES = (
    _rule(_FREE, rf"不收|不另收|¥\s?0(?![\d.])|{_SHOP_PAYS}"),
    _rule(_SHOP_PAYS, rf"{_FREE}|店铺|我们|本店|商家|青禾|\b(?:shop|we|greenleaf)\b"),
    _rule(
        r"(?:您|顾客|买家|客户)[^，。；|]{0,6}(?:承担|付|出)|\b(?:you|the customer) (?:pay|cover|bear)s?\b",
        r"顾客|买家|您|自付|\b(?:customers?|you|your)\b",
    ),
    _rule(
        r"必须|须|务必|一定要|应当|\b(?:must|ha(?:s|ve) to|required?)\b",
        r"需|要先|凭|请|\b(?:needs?|needed|please)\b",
    ),
    _rule(r"只有|只能|仅|\bonly\b", r"只|限|除|\b(?:except|unless|limited)\b"),
    _rule(
        r"一律|任何|总是|随时|\b(?:always|any|every|whenever)\b",
        r"所有|全部|都|不论|无论|\b(?:all|whatever)\b",
    ),
    _rule(r"保证|承诺|担保|包赔|\b(?:guarantee\w*|promise\w*|ensure\w*)\b", r"(?!)"),
)


def check_answers(documents: Sequence[Document], sections: Iterable[Section]) -> Iterator[Finding]:
    """Every comment that is no approved answer though it tries to be one, and every answer without support."""
    for document in documents:
        written = sections_of(document)
        mistakes = [mistake for section in written for mistake in section.mistakes]
        for mistake in (*mistakes, *misplaced_answers(document)):
            yield Finding(
                "error", "answers.unreadable", document.key, "", mistake.line,
                f"This approved answer {mistake.reason}.", quote=shortened(mistake.quote),
            )  # fmt: skip
    for section in sections:
        for line, answer in _answers(section):
            if problem := _problem(answer, section):
                yield Finding(
                    "error", "answers.unsupported", section.document.key, section.passages[0].id, line,
                    f"{problem} Correct the answer or the text below it: what is not in the section is not said.",
                    quote=shortened(answer.text),
                )  # fmt: skip


def _answers(section: Section) -> Iterator[tuple[int, Answer]]:
    """The section's answers with their lines."""
    wanted = {answer for passage in section.passages for answer in passage.answers}
    if not wanted:
        return
    found: list[Written] = sections_of(section.document)
    yield from (each for written in found for each in written.answers if each[1] in wanted)


def _problem(answer: Answer, section: Section) -> str:
    """What the answer states and its section does not; "" for nothing."""
    if missing := unsupported(answer.text, section.passages):
        return f"The approved answer states {', '.join(missing)}, the section does not."
    text = "\n".join(f"{passage.context}\n{plain(passage.text)}" for passage in section.passages)
    language = section.document.language
    if acts := opposites(said(answer.text, language), said(text, language)):
        return f"The approved answer and the section say the opposite about {acts[0]}."
    for rule in _RULES:
        if (match := rule.said.search(answer.text)) and not rule.held.search(text):
            return f'The approved answer states a rule ("{match.group()}") that the section does not.'
    return ""
