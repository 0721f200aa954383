"""Checks that a sentence says yes, no, must, free and only where the passage does."""

from __future__ import annotations

import re

from agent.ledger import payers as paying
from agent.ledger import rules
from agent.ledger.align import rest_of
from agent.ledger.figures import figures
from agent.ledger.held import Held, answers, answers_to
from agent.ledger.negation import denies
from agent.ledger.pieces import Clause, Unit
from agent.ledger.words import Words, language_of, words_of
from tools.domain import Language

LEAST_DENIED = 0.5
HALF = 0.5
_EXAMPLE = re.compile(r"例如|比如|\bfor (?:example|instance)\b", re.IGNORECASE)
_TABLE = re.compile(r"下表|如下|as follows|(?:costs?|fees?|charges?)\s*$", re.IGNORECASE)
_ELSE = re.compile(r"否则|otherwise|or else", re.IGNORECASE)


def says_no_as_often(held: Held) -> str:
    for clause, near in held.pairs:
        said = {rules.says_no(clause.text)} | ({True} if _ELSE.search(clause.text) else set())
        answers = [other for other in _and_beside(clause, near) if not _is_label(other, near)] if near else []
        if answers:
            answers += [base.clause for each in held.figures if each.clause is clause and (base := rest_of(each, held.offered, held.source)[0]) and _EXAMPLE.search(base.unit.text)]  # fmt: skip
        if answers and not any(said & answers_to(clause, other) for other in answers):
            return "says no where the passage says yes, or the reverse"
    return ""


def _is_label(clause: Clause, near: list[tuple[Clause, Unit]]) -> bool:
    """A row's label says in which case, its cells say what."""
    return any(unit.row and clause is unit.clauses[0] and len(unit.clauses) > 1 for _, unit in near)


def _and_beside(clause: Clause, near: list[tuple[Clause, Unit]]) -> list[Clause]:
    """With the clauses of the same sentence that have words which the nearest lacks: two may be told as one."""
    best, unit = near[0]
    lacking = [term for term in clause.words.all if not best.words.has(term)]
    beside = [each for each in unit.clauses if any(each.words.has(term) for term in lacking)]
    return [other for other, _ in near] + (beside if len(lacking) * 3 >= len(clause.words.all) else [])


def allows_what_is_allowed(held: Held) -> str:
    """ "You can choose a carrier" where the passage only says that one cannot."""
    for clause in held.said.clauses:
        said = rules.verdicts(clause.text, held.language)
        texts = [other.text for other, _ in held.of_case(clause)] if said else []
        theirs = frozenset().union(*(rules.verdicts(text, held.source.language) for text in texts))
        for verb, allowed in said:
            if allowed and not _known(verb, held):
                return f"the passage does not speak of “{verb}”"
            if (verb, not allowed) in theirs and (verb, allowed) not in theirs:
                return f"says the opposite about “{verb}”"
    return ""


def _known(verb: str, held: Held) -> bool:
    """Whether a passage has the verb that follows a "can" or "will"; what stands for a concept is judged elsewhere."""
    if held.language == "zh":
        return len(verb) < 2 or verb[0] in "一二三四五六七八九十两几半" or verb in held.everything or bool(words_of(verb, "zh").named) or not words_of(verb, "zh").plain  # fmt: skip
    return True


def echoes_no_denial(held: Held) -> str:
    """What the passage only names to deny it: "not when the parcel arrives"."""
    for clause in held.said.clauses:
        if rules.says_no(clause.text):
            continue
        yes, no = (_words_where(answer, held) for answer in (False, True))
        found = [term for term in clause.words.plain if any(words.has(term) for words in yes + no)]
        lost = [term for term in found if not any(words.has(term) for words in yes)]
        if len(lost) >= 2 and len(lost) >= LEAST_DENIED * len(found):
            return f"the passage denies it: {', '.join(sorted(lost))}"
    return ""


def _words_where(no: bool, held: Held) -> list[Words]:
    return [other.words for other in held.source.clauses if no in answers(other)]


def keeps_the_doubt(held: Held) -> str:
    """What the passage only names to leave it open."""
    for clause in held.said.clauses:
        if rules.doubts(clause.text):
            continue
        sure = [other.words for other in held.source.clauses if not rules.doubts(other.text[other.lead :])]
        open_ = [other.words for other in held.source.clauses if rules.doubts(other.text[other.lead :])]
        lost = [t for t in clause.words.plain if len(t) > 1 and any(w.has(t) for w in open_) and not any(w.has(t) for w in sure)]  # fmt: skip
        if lost:
            return f"the passage leaves open: {', '.join(sorted(lost))}"
    return ""


def charges_what_costs(held: Held) -> str:
    for clause, near in held.pairs:
        free = any(rules.offers(other.text, "free", held.source.language) for other, _ in near)
        paid = any(rules.charges(other.text) for other, _ in near)
        gives = rules.offers(clause.text, "free", held.language) and not rules.charges(clause.text)
        if near and gives and _costs(held.about(clause), held):
            return "says that something is free which costs"
        if (
            free
            and not paid
            and rules.charges(clause.text)
            and not rules.offers(clause.text, "free", held.language)
        ):
            return "says that something costs which the passage gives free"
    return ""


def _costs(clause: Clause, held: Held) -> bool:
    amounts = [each for each in figures(clause.text, held.source.language) if each.kind == "money"]
    paid = (rules.charges(clause.text) and not _TABLE.search(clause.text)) or any(
        not str(each.values[0]).startswith("0.00") for each in amounts
    )
    return paid and not rules.offers(clause.text, "free", held.source.language) and "shop" not in paying.payers(clause.text)  # fmt: skip


def rules_agree(held: Held) -> str:
    """Must against may, may against must, and what one need not do."""
    for clause, near in held.pairs:
        ours = rules.rules_in(clause.text, held.language)
        for rule, others in (("require", {"spare"}), ("spare", {"require"})):
            if rule in ours and near and all(_only_says(c, rule, others, held) for c, _ in near):
                return f"{rule}: the passage says otherwise"
        if (
            _must(clause.text)
            and near
            and not any(_binds(c.text, u.text, held.source.language) for c, u in near)
        ):
            return "says that something is a must, which the passage does not"
        if (
            "allow" in ours
            and "only" not in ours
            and near
            and all(_limited(clause, unit) for _, unit in near)
        ):
            return "leaves out the only way in which the passage allows it"
        if "allow" in ours and "require" not in ours and near and all(_strictly(c, held) for c, _ in near):
            return "says that something may be done where the passage says that it must"
    return ""


def _limited(clause: Clause, unit: Unit) -> bool:
    """A row with a cell that says "only by the carrier", of which the sentence has nothing."""
    if not unit.row:
        return False
    language = language_of(unit.text)
    cells = [cell.text[cell.lead :] for cell in unit.clauses]
    limits = [words_of(text, language).all for text in cells if "only" in rules.rules_in(text, language)]
    return bool(limits) and not any(map(clause.words.has, frozenset().union(*limits)))


def _only_says(clause: Clause, rule: str, others: set[str], held: Held) -> bool:
    theirs = rules.rules_in(clause.text, held.source.language)
    return rule not in theirs and bool(theirs & others)


def _must(text: str) -> bool:
    return bool(re.search(r"必须|务必|\b(?:must(?! not)|have to|required|mandatory)\b", text)) and not denies(
        text
    )


def _binds(clause: str, unit: str, language: Language) -> bool:
    theirs = rules.rules_in(unit, language)
    return bool(theirs & {"require", "only"}) or rules.asks(clause) or rules.asks(unit) or "才" in unit


def _strictly(clause: Clause, held: Held) -> bool:
    return bool(re.search(r"必须|须(?!知)|\bmust\b", clause.text)) and "allow" not in rules.rules_in(clause.text, held.source.language)  # fmt: skip


def strong_words_are_there(held: Held) -> str:
    """Only, free, all, automatically, at once, in full, guaranteed: each has to be in what is near."""
    for clause, near in held.pairs:
        for rule in rules.rules_in(clause.text, held.language) & frozenset(rules.STRONG):
            given = _given(rule, clause, near, held)
            shop = rule == "free" and any("shop" in paying.payers(unit.text) for _, unit in near)
            if not given and not shop:
                return f"“{rule}” is not what the passage says there"
    return ""


def _given(rule: str, clause: Clause, near: list[tuple[Clause, Unit]], held: Held) -> bool:
    """Also by any sentence that has half of the words; for some rules only where both say yes, or both no."""
    language = held.source.language
    units = [unit for _, unit in near]
    units += [unit for _, unit in held.of_case(clause) if clause.words.share_in(unit.words) >= HALF]
    if rule not in rules.POLAR:
        return any(rules.offers(unit.text, rule, language) for unit in units)
    clauses = [other for unit in units for other in unit.clauses if rules.offers(other.text, rule, language)]
    said = {rules.says_no(clause.text)} | ({True} if _ELSE.search(clause.text) else set())
    return any(said & answers(other) for other in clauses)
