"""All checks of a set of documents before it is published."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from knowledge.check.answers import check_answers
from knowledge.check.cards import check_cards
from knowledge.check.contradictions import Embed, check_contradictions
from knowledge.check.duplicates import check_duplicates
from knowledge.check.findings import Finding, in_order
from knowledge.check.hostile import check_hostile
from knowledge.check.jargon import check_jargon
from knowledge.check.languages import check_languages
from knowledge.check.links import Fetch, check_links
from knowledge.check.opposites import check_opposites
from knowledge.check.periods import check_periods
from knowledge.check.sections import cut
from knowledge.check.vagueness import check_vagueness
from retrieval.documents import Document
from tools.policy.cards import PolicyBook

# No word, address or numeral of a policy is as long.
_RUN = re.compile(
    r"[^\s\u3400-\u9fff，。；：！？、]{400,}|[〇零一二两三四五六七八九十百千万]{40,}|[ \t]{400,}"
)


def check_documents(
    documents: Sequence[Document],
    book: PolicyBook | None,
    today: date,
    *,
    embed: Embed | None = None,
    known_terms: Collection[str] | None = None,
    changed: Collection[str] | None = None,
    fetch: Fetch | None = None,
) -> list[Finding]:
    """What an author should look at before these documents are published, errors first.

    `today` is the day where the shop is. `embed` turns texts into vectors, one row a text, and lets rules be
    compared by meaning too. `known_terms` are words or sentences of customers. `changed` (document keys such as
    "returns.en") leaves out what touches none of these documents. `fetch` says whether an address of the web can
    be reached; without it nothing is asked of the network. Never raises for the content of a document.
    """
    readable = [_readable(document) for document in documents]
    sections = [section for document in readable for section in cut(document)]
    found: list[Finding] = []
    found += check_hostile(documents)
    found += check_answers(documents, sections)
    found += check_links(readable, book, fetch)
    found += check_languages(sections)
    found += check_contradictions(sections, embed, changed)
    found += check_opposites(sections, changed)
    if book is not None:
        found += check_cards(sections, book, today)
    found += check_periods(sections, documents, book, today)
    found += check_duplicates(sections, changed)
    found += check_vagueness(sections, documents, book, today)
    found += check_jargon(sections, known_terms)
    return in_order([each for each in found if _touches(each, changed)])


def _readable(document: Document) -> Document:
    """Without runs of signs that nobody reads, over which patterns would take minutes; lines stay the same."""
    body = _RUN.sub(" ", document.body)
    return document if body == document.body else replace(document, body=body)


def _touches(finding: Finding, changed: Collection[str] | None) -> bool:
    if changed is None:
        return True
    return finding.document in changed or finding.other.partition("#")[0] in changed
