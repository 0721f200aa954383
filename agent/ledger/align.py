"""Which figure of a passage a figure of a sentence rests on: the one in the same case, with the same words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.ledger.conditions import moments
from agent.ledger.figures import Figure, figures, same
from agent.ledger.negation import denies
from agent.ledger.pieces import OTHERS, Clause, Material, Scope, Unit, facets_of, named
from agent.ledger.quantities import LENGTHS
from agent.ledger.words import Words, language_of, words_of
from tools.domain import Language

# How much a word counts by where it stands: beside the figure, in its clause, in its sentence, in the heading.
_WEIGHTS = (1.0, 0.7, 0.4)
_STRANGE_CASE = 1.0
_STRANGE_WORD = 0.12
_CONNECTORS = re.compile(r"、|，|,\s|\b(?:and|or|nor)\b|[和或与及]")
_ACTS = frozenset(f"act:{name}" for name in ["exchange", "refund", "cancel", "inspect", "collect", "warranty", "repair", "invoice", "points", "coupon", "protect", "erase", "ship", "deliver", "answer", "search", "solve"])  # fmt: skip
_ENDS = re.compile(r"[)）.。]?\s*$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure of a text with what stands around it. `start` and `end` are places in the whole text."""

    figure: Figure
    start: int
    end: int
    clause: Clause
    unit: Unit
    around: Words
    scope: Scope

    @property
    def levels(self) -> tuple[Words, Words, Words]:
        """Words beside it, in its clause, and in clauses that have no figure of its kind."""
        return self.around, self.clause.words, self.unit.words


def placed(material: Material, today: date | None = None) -> tuple[Placed, ...]:
    """Every figure of a text in its clause; cells of a table stand with their row's label."""
    return tuple(each for unit in material.units for each in _of_unit(unit, material.language, today))


def _of_unit(unit: Unit, language: Language, today: date | None) -> Iterator[Placed]:
    last: Figure | None = None
    for clause in unit.clauses:
        found = figures(clause.text, language, today)
        for figure in found:
            figure = _with_unit(clause.text, figure, last)
            last = figure if figure.kind in LENGTHS else last
            if figure.start < clause.lead:
                continue  # A row's label is repeated in front of each of its cells.
            offset = clause.start - clause.lead
            beside = _around(clause.text, figure, found)
            scope = {**clause.scope, **facets_of(beside, language)}
            yield Placed(
                figure,
                offset + figure.start,
                offset + figure.end,
                clause,
                unit,
                words_of(beside, language),
                scope,
            )


def _with_unit(text: str, figure: Figure, last: Figure | None) -> Figure:
    """ "Alipay 3 business days, PayPal 5": a bare number at the end of its clause takes the unit before it."""
    bare = figure.kind == "number" and not figure.soft and _ENDS.fullmatch(text[figure.end :])
    return (
        replace(figure, kind=last.kind)
        if bare and last and last.kind in ("days", "business days")
        else figure
    )


def _around(text: str, figure: Figure, found: Sequence[Figure]) -> str:
    """The words that go with one figure of several in a clause."""
    rivals = [each for each in found if each.kind == figure.kind and each.key != figure.key]
    if not rivals:
        return text
    before = max((each.end for each in rivals if each.end <= figure.start), default=0)
    after = min((each.start for each in rivals if each.start >= figure.end), default=len(text))
    cuts = [each.end() for each in _CONNECTORS.finditer(text, before, figure.start)]
    ends = [each.start() for each in _CONNECTORS.finditer(text, figure.end, after)]
    begin = (cuts[-1] if before and cuts else before) if before else 0
    return text[begin : ends[-1] if ends and after < len(text) else after]


def rest_of(said: Placed, offered: Sequence[Placed], source: Material) -> tuple[Placed | None, str]:
    """The figure that `said` rests on, or why there is none."""
    equal = [each for each in offered if same(said.figure, each.figure)]
    if not equal:
        return None, f"not in the passage: {said.figure.spoken}"
    rivals = [each for each in offered if each.figure.kind == said.figure.kind]
    if (together := _together(said, equal, rivals)) is not None:
        return together, _side(said.figure, together.figure)
    fitting = _in_scope(said.scope, _with_companions(said, rivals, equal), source)
    good = [each for each in equal if any(each is other for other in fitting)]
    if not good:
        return None, f"the passage says {said.figure.spoken} of another case"
    scores = [(_score(said, each, fitting), each) for each in fitting]
    best = max(score for score, _ in scores)
    mine = max((pair for pair in scores if any(pair[1] is each for each in good)), key=lambda pair: pair[0])
    tops = [each for score, each in scores if score >= best - 1e-9]
    # Several figures in one clause with nothing to tell them apart ("3, 6 or 12 months") are all meant.
    if mine[0] < best - 1e-9 or not all(
        same(said.figure, top.figure) or top.clause is mine[1].clause for top in tops
    ):
        return None, f"the passage says {tops[0].figure.spoken} there, not {said.figure.spoken}"
    if named(mine[1].clause.own) - named(said.scope) and _unnamed(said, mine[1], fitting):
        return None, f"leaves out in which case it is {said.figure.spoken}"
    if _denied_label(said, mine[1]):
        return None, f"the passage says {said.figure.spoken} of the contrary case"
    return mine[1], _side(said.figure, mine[1].figure) or _other_moment(said, mine[1]) or _other_act(
        said, mine[1]
    ) or _less_said(said, mine[1])


def _with_companions(said: Placed, rivals: Sequence[Placed], equal: Sequence[Placed]) -> list[Placed]:
    """Only figures of sentences that have every figure of ours, where there are any: "floor 5" and "¥30"."""
    ours = [f for c in said.unit.clauses for f in figures(c.text, language_of(c.text)) if not f.soft]
    if len({each.key for each in ours}) < 2:
        return list(rivals)
    homes = [
        each.unit for each in equal if all(any(same(f, o) for o in _figures_of(each.unit)) for f in ours)
    ]
    return [each for each in rivals if any(each.unit is home for home in homes)] or list(rivals)


def _figures_of(unit: Unit) -> list[Figure]:
    return [f for clause in unit.clauses for f in figures(clause.text, language_of(clause.text))]


def _denied_label(said: Placed, offered: Placed) -> bool:
    """ "With a lift" is not the row "no lift"."""
    if not offered.unit.row or not offered.unit.clauses:
        return False
    label = offered.unit.clauses[0].text[offered.unit.clauses[0].lead :]
    return denies(label) and not denies(said.unit.text)


def _together(said: Placed, equal: Sequence[Placed], rivals: Sequence[Placed]) -> Placed | None:
    """ "From ¥8 to ¥15" rests on the clause that has both."""
    beside = [
        f for f in figures(said.clause.text, language_of(said.clause.text)) if f.kind == said.figure.kind
    ]
    if len(beside) < 2:
        return None
    for each in equal:
        theirs = [rival.figure for rival in rivals if rival.clause is each.clause]
        if len(theirs) == len(beside) and all(map(same, beside, theirs)):
            return each
    return None


def _unnamed(said: Placed, offered: Placed, rivals: Sequence[Placed]) -> bool:
    """Whether nothing in the sentence tells the case of a figure from those of others."""
    own = offered.around.all | offered.clause.words.all
    others = frozenset().union(*(r.clause.words.all for r in rivals if not same(r.figure, offered.figure)))
    return bool(others) and not any(said.unit.words.has(term) for term in own - others)


def _in_scope(scope: Scope, rivals: Sequence[Placed], source: Material) -> list[Placed]:
    """Where the sentence names a case that the passage speaks of, only figures under it can be meant."""
    kept = list(rivals)
    for group, cases in scope.items():
        if _spoken_of(group, cases, rivals, source):
            kept = [each for each in kept if cases <= _under(group, each, source)]
    return kept


def _under(group: str, offered: Placed, source: Material) -> frozenset[str]:
    """The cases of a figure, those of the heading with them, for "of which fresh food 2 days"."""
    own = offered.scope.get(group, frozenset())
    return own if OTHERS in own else own | source.about.get(group, frozenset())


def _spoken_of(group: str, cases: frozenset[str], rivals: Sequence[Placed], source: Material) -> bool:
    """Whether a figure stands under one of the cases, or they have a rule of their own without any figure."""
    if any(cases & each.scope.get(group, frozenset()) for each in rivals):
        return True
    own = [clause for clause in source.clauses if cases & clause.own.get(group, frozenset())]
    if group == "channel":
        return bool(own)
    return any(not figures(clause.text, source.language) for clause in own)


def _score(said: Placed, offered: Placed, rivals: Sequence[Placed]) -> float:
    telling = _telling(rivals)
    score = 0.0
    seen: set[str] = set()
    for ours, words in zip(_WEIGHTS, said.levels, strict=True):
        for term in words.all - seen - (_of_others(said) if words is said.unit.words else frozenset()):
            seen.add(term)
            if term in telling or term not in offered.unit.words.all:
                score += ours * _level(term, offered)
    strange = named(offered.clause.own) - named(said.scope)
    score -= _STRANGE_CASE * bool(strange)
    score -= _STRANGE_WORD * sum(not said.unit.words.has(term) for term in offered.around.plain)
    return score


def _level(term: str, offered: Placed) -> float:
    return next(
        (weight for weight, words in zip(_WEIGHTS, offered.levels, strict=True) if words.has(term)), 0.0
    )


def _of_others(said: Placed) -> frozenset[str]:
    """The words of the clauses around it that have a figure of this kind themselves."""
    others = [c for c in said.unit.clauses if c is not said.clause and any(f.kind == said.figure.kind for f in figures(c.text, language_of(c.text)))]  # fmt: skip
    return frozenset().union(*(clause.words.all for clause in others)) if others else frozenset()


def _telling(rivals: Sequence[Placed]) -> frozenset[str]:
    """The words that stand by some of the figures and not by all of them."""
    sets = [each.clause.words.all for each in rivals]
    return frozenset().union(*sets) - frozenset(sets[0]).intersection(*sets) if sets else frozenset()


def _other_act(said: Placed, offered: Placed) -> str:
    """ "Inspects within 3 days" is not "refunds within 3 days"."""
    ours, theirs = (each.around.named & _ACTS or each.clause.words.named & _ACTS for each in (said, offered))
    return f"the passage says {said.figure.spoken} of something else" if ours and theirs and not ours & theirs else ""  # fmt: skip


def _other_moment(said: Placed, offered: Placed) -> str:
    """Within 24 hours of delivery is not within 24 hours of payment."""
    ours = moments(said.clause.text)
    theirs = moments(offered.clause.text) or moments(
        offered.unit.text[: max(0, offered.start - offered.unit.start)]
    )
    return f"the passage counts {said.figure.spoken} from another moment" if ours and theirs and not ours & theirs else ""  # fmt: skip


def _less_said(said: Placed, offered: Placed) -> str:
    """A row holds "from floor 3" only, and the sentence does not say so."""
    if not offered.unit.row or offered.start < offered.unit.clauses[0].end:
        return ""
    label = offered.clause.text[: offered.clause.lead]
    missing = [f for f in figures(label, language_of(label)) if not f.soft and not any(same(f, o) for o in figures(said.unit.text, language_of(said.unit.text)))]  # fmt: skip
    return f"leaves out {missing[0].spoken}, the case of this row" if missing else ""


def _side(said: Figure, offered: Figure) -> str:
    """ "Within 7 days" is not "after 7 days"."""
    if None not in (said.above, offered.above) and said.above is not offered.above:
        ours, theirs = ("above", "below") if said.above else ("below", "above")
        return f"says {ours} {said.spoken} where the passage says {theirs} it"
    return ""
