"""Checks that what a sentence speaks of is in the passage at all: names, figures, cases, words."""

from __future__ import annotations

import re
from fractions import Fraction

from agent.ledger.align import rest_of
from agent.ledger.concepts import acts_in
from agent.ledger.figures import figures
from agent.ledger.held import Held
from agent.ledger.instructions import speaks_to_a_model
from agent.ledger.names import names, place_of
from agent.ledger.pieces import Clause, Material, Unit, named
from agent.ledger.promises import promises
from agent.ledger.words import Words, in_order, is_in, words_of

LEAST_COVERAGE = {"zh": 0.5, "en": 0.55}
LEAST_OF_CLAUSE = {"zh": 0.34, "en": 0.4}
LEAST_IN_ORDER = {"zh": 0.35, "en": 0.3}
LEAST_BY_FIGURE = 0.51
FOREIGN = 0.3
# An example applies what the passage says around it.
_EXAMPLE = re.compile(r"例如|比如|举例|\bfor (?:example|instance)\b|\be\.g\.", re.IGNORECASE)
_ACTS = frozenset({"exchange", "return", "refund", "cancel", "inspect", "collect", "warranty", "repair", "invoice", "points", "coupon", "protect", "erase", "redirect"})  # fmt: skip


def in_customers_language(held: Held) -> str:
    return "" if is_in(held.said.text, held.language) else "not in the customer's language"


def promises_nothing(held: Held) -> str:
    return "promises an action without a receipt" if promises(held.said.text) else ""


def speaks_to_customers(held: Held) -> str:
    return "speaks to a language model, not to a customer" if speaks_to_a_model(held.said.text) else ""


def names_are_there(held: Held) -> str:
    strange = [
        held.said.text[name.start : name.end]
        for name in names(held.said.text, held.language)
        if place_of(name, held.everything) is None
    ]
    return f"not in the passage: {', '.join(strange)}" if strange else ""


def figures_are_there(held: Held) -> str:
    for figure in held.figures:
        if figure.figure.soft and figure.figure.values == (Fraction(1),):
            continue
        _, why = rest_of(figure, held.offered, held.source)
        if why:
            return why
    return ""


def cases_are_there(held: Held) -> str:
    """A case, a kind of goods or an act that the passage does not speak of."""
    known = frozenset().union(*(named(clause.scope) for clause in held.source.clauses))
    strange = frozenset().union(*(named(clause.own) for clause in held.said.clauses)) - known
    if held.said.language == held.source.language:
        acts = (acts_in(held.said.text, held.language) & _ACTS) - acts_in(
            held.everything, held.source.language
        )
        strange |= {act for act in acts if f"act:{act}" not in held.source.words.named}
    return f"the passage says nothing of: {', '.join(sorted(strange))}" if strange else ""


def words_are_there(held: Held) -> str:
    share = held.said.words.share_in(held.source.words)
    if share < LEAST_COVERAGE[held.language]:
        return f"only {share:.0%} of its words are in the passage"
    for clause in held.said.clauses:
        part = clause.words.share_in(held.source.words)
        counts = bool(figures(clause.text, held.language))
        if (counts and part < LEAST_BY_FIGURE) or (
            len(clause.words.all) >= 3 and part < LEAST_OF_CLAUSE[held.language]
        ):
            return f"only {part:.0%} of the words of “{clause.text}” are in the passage"
    return ""


def words_are_in_order(held: Held) -> str:
    clauses = list(held.said.clauses)
    length = sum(len(clause.text) for clause in clauses) or 1
    share = sum(_ordered(clause, held.source) * len(clause.text) for clause in clauses) / length
    least = LEAST_IN_ORDER[held.language]
    return f"only {share:.0%} of it stands in the passage in this order" if share < least else ""


def _ordered(clause: Clause, source: Material) -> float:
    """The cells of a row stand in no order that a sentence would keep."""
    shares = [
        clause.words.share_in(u.words) if u.row else in_order(clause.text, u.text) for u in source.units
    ]
    return max([*shares, in_order(clause.text, source.context)])


def stays_in_its_sentence(held: Held) -> str:
    """A clause that takes a word from elsewhere in the passage tells of one thing what is said of another."""
    for clause, near in held.pairs:
        terms = [term for term in clause.words.all if held.source.words.has(term)]
        if len(terms) < 2 or not near:
            continue
        fewest = min((_lacking(terms, _home(unit, held)) for unit in _units_for(clause, held)), key=len)
        figured = any(each.clause is clause for each in held.figures)
        if len(fewest) >= (1 if figured else 2) and len(fewest) > FOREIGN * len(terms):
            return f"not said together in the passage: {', '.join(sorted(fewest))}"
    return ""


def _units_for(clause: Clause, held: Held) -> list[Unit]:
    """The sentences that the figures of a clause stand in; for a clause without figures all of them."""
    bases = [rest_of(each, held.offered, held.source)[0] for each in held.figures if each.clause is clause]
    return [base.unit for base in bases if base] or list(held.source.units)


def _lacking(terms: list[str], home: tuple[Words, ...]) -> list[str]:
    return [term for term in terms if not any(words.has(term) for words in home)]


def _home(unit: Unit, held: Held) -> tuple[Words, ...]:
    """A sentence with its heading, a row with the sentence above its table."""
    texts = (held.source.text,) if _EXAMPLE.search(unit.text) else (unit.before,)
    return unit.words, *(words_of(text, held.source.language) for text in (held.source.context, *texts))
