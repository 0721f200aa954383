"""Checks that what holds in one case is not told of another: who pays, on which condition, from which moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.ledger import payers as paying
from agent.ledger import rules
from agent.ledger.conditions import (
    adds_condition,
    drops_condition,
    opposed,
    opposite_side,
    other_moment,
    other_start,
)
from agent.ledger.held import Held
from agent.ledger.negation import denies
from agent.ledger.pieces import Material, Scope, Unit
from agent.ledger.words import Words

SAME_CASE = 0.95
WHOLE = 0.9
SHORT = {"zh": 8, "en": 30}
_BOTH = re.compile(r"退(?!货|款|换)|换(?!货)|取消|refund|return|exchang|cancel|combin")
_CONDITION = re.compile(
    r"如果|若|要是|因|除|时候|的话|只|仅|但|不过|反悔|选择|情况|\b(?:if|when|unless|only|but|except|unlike|otherwise|because)\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[，,。；;|]")


def same_payer(held: Held) -> str:
    """Who pays, where the passage speaks of the same case."""
    language = held.source.language
    stated = [(paying.case(text, language), payer, unit) for text, payer, unit in _paying(held.source)]
    ours = _told(held)
    if ours and not stated and any(paying.direct(text) for text, _, _ in ours):
        return "says who pays, of which the passage does not speak"
    if not ours or not stated or all(_pays(text, payer, stated, held) for text, payer, _ in ours):
        return ""
    return "says that somebody else pays"


def _told(held: Held) -> list[tuple[str, frozenset[str], Unit]]:
    """Who pays in a sentence; ", which is taken off the refund" only goes on with the case before it."""
    found = list(_paying(held.said))
    return [each for n, each in enumerate(found) if not n or each[1] != found[n - 1][1] or paying.case(each[0], held.language).all]  # fmt: skip


def _paying(material: Material) -> Iterator[tuple[str, frozenset[str], Unit]]:
    """Who pays, with the words that say in which case: a row, or a clause and those before it."""
    for unit in material.units:
        if unit.row:
            if payer := paying.payers_in(unit.text):
                yield unit.text, payer, unit
            continue
        about = ""
        for clause in unit.clauses:
            about += f" {clause.text}"
            if payer := paying.payers_in(clause.text):
                yield about, payer, unit
                about = ""


def _pays(
    text: str, said: frozenset[str], stated: list[tuple[Words, frozenset[str], Unit]], held: Held
) -> bool:
    case = paying.case(text, held.language)
    if not case.all:
        # Nothing says in which case, so it has to be true in every case.
        general = [payer for _, payer, unit in stated if not _special(unit, {})]
        return all(said & payer for payer in general or [payer for _, payer, _ in stated])
    scope = {g: c for clause in held.said.clauses for g, c in clause.own.items()}
    scored = [(case.share_in(other), payer, unit) for other, payer, unit in stated]
    for group, cases in scope.items():
        inside = [
            each for each in scored if any(cases & c.scope.get(group, frozenset()) for c in each[2].clauses)
        ]
        scored = inside or scored
    top = max(score for score, _, _ in scored)
    plain = [each for each in scored if each[0] >= top * SAME_CASE and not _special(each[2], scope)]
    scored = plain or scored
    return any(said & payer for score, payer, _ in scored if score >= top * SAME_CASE)


def _special(unit: Unit, scope: Scope) -> bool:
    """Whether it holds for some goods or members only, of which the sentence does not speak."""
    return any(
        clause.own.get(group, frozenset()) - scope.get(group, frozenset())
        for clause in unit.clauses
        for group in ("tier", "category")
    )


def keeps_the_condition(held: Held) -> str:
    why = "leaves out the condition on which the passage says yes or no"
    cases = any(clause.own.keys() & {"category", "tier", "status", "reason"} for clause in held.said.clauses)
    flat = not (_CONDITION.search(held.said.text) or cases or held.figures)
    if flat and _CONDITION.search(held.source.text) and _both_ways(held.said.text, held.source):
        return why
    if drops_condition(held.said, held.source):
        return why
    added = adds_condition(held.said, held.source)
    return f"makes a condition of {added}, which the passage does not" if added else ""


def _both_ways(sentence: str, source: Material) -> bool:
    """Whether the passage says yes in one case and no in another to what the sentence says flatly."""
    pieces = [piece for unit in source.units for piece in _COMMA.split(unit.text) if piece.strip()]
    return any(
        len({rules.says_no(piece) for piece in pieces if act in piece.lower()}) == 2
        for act in set(_BOTH.findall(sentence.lower()))
    )


def keeps_consequences(held: Held) -> str:
    """ "If it costs more" goes with what the passage says follows from it, not with what follows from the contrary."""
    for (one, near), (_, following) in pairwise(held.pairs):
        if not near or not following or one.words.share_in(near[0][0].words) < WHOLE:
            continue
        clause, unit = near[0]
        follows = unit.clauses.index(clause) + 1 < len(unit.clauses)
        short = len(clause.text) <= SHORT[held.language]
        if follows and short and all(other is not unit for _, other in following):
            return f"the passage says something else of “{clause.text}”"
    return ""


def same_side(held: Held) -> str:
    if word := opposite_side(held.said, held.source):
        return f"says “{word}” where the passage says the opposite"
    for clause, near in held.pairs:
        if (
            near
            and not denies(clause.text)
            and (word := opposed(clause.text, near[0][0].text, held.language))
        ):
            return f"says “{word}” where the passage says the opposite"
    word = other_moment(held.said, held.source) or other_start(held.said, held.source)
    return f"counts from another moment: “{word}”" if word else ""
