"""What the rules of the policy cards are called: the document and heading that they stand on, in the languages of the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import get_args

from msgspec import Struct

from retrieval.passages import Passage
from tools.domain import Language
from tools.policy.cards import PolicyBook, passages_of

# The pieces of a section of the documents, by its topic such as "returns#no-reason".
SectionOf = Callable[[str, Language], Sequence[Passage]]
_LANGUAGES: tuple[Language, ...] = get_args(Language)


class RuleName(Struct, frozen=True):
    """A rule in words; "" in a language that the documents do not have the section in."""

    zh: str = ""
    en: str = ""


def rule_names(book: PolicyBook, section: SectionOf) -> Mapping[str, RuleName]:
    """By the rule's id, such as "returns.no_reason"; rules of a card with one rule alone by the card's, "repair"."""
    found: dict[str, RuleName] = {}
    for card in book.cards:
        for rule, passage in passages_of(card):
            words = {language: _heading(section(passage, language)) for language in _LANGUAGES}
            if any(words.values()):
                found[rule] = RuleName(**words)
    return found


def sections_of(passages: Iterable[Passage]) -> SectionOf:
    """The sections of documents that no snapshot has been made of."""
    found: dict[tuple[str, str], list[Passage]] = {}
    for each in passages:
        found.setdefault((each.topic, each.language), []).append(each)
    return lambda topic, language: found.get((topic, language), [])


def _heading(pieces: Sequence[Passage]) -> str:
    """ "Items excluded · Return policy": the last part of the path of headings, and the document's title."""
    if not pieces:
        return ""
    title, heading = pieces[0].title, pieces[0].heading.rpartition("›")[2].strip()
    return " · ".join(dict.fromkeys(each for each in (heading, title) if each))
