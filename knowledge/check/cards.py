"""Check 3: the passage that a policy card names says what the card decides by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from agent.ledger.concepts import CATEGORIES, acts_in, facets_in, names
from agent.ledger.payers import payers
from agent.ledger.quantities import Quantity, find_quantities
from knowledge.check.card_rules import Figures, Rule, Value, rules_of
from knowledge.check.findings import Finding
from knowledge.check.languages import finding
from knowledge.check.matching import spoken
from knowledge.check.polarity import said
from knowledge.check.sections import Section
from knowledge.check.statements import Statement, statements
from tools.policy.cards import Card, PolicyBook

# Acts that have figures of their own: a phrase that speaks of one of them and not of the rule's is about that.
_RIVALS = frozenset(
    {"return", "exchange", "refund", "warranty", "repair", "inspect", "collect", "ship", "deliver", "answer", "protect", "invoice", "search"}
)  # fmt: skip
_FREE = "0.00"


def check_cards(sections: Iterable[Section], book: PolicyBook, today: date) -> Iterator[Finding]:
    """Compare every rule with its passage in each language, by the card that holds when the document does."""
    everything = list(sections)
    for card in book.cards:
        for rule in rules_of(card):
            document, _, _ = rule.passage.partition("#")
            whole = [each for each in everything if each.document.id == document]
            for section in whole:
                if section.topic == rule.passage and _holds(card, section, today):
                    language = section.document.language
                    yield from _check(
                        rule, section, [each for each in whole if each.document.language == language]
                    )


def _holds(card: Card, section: Section, today: date) -> bool:
    day = max(today, section.document.effective_from or today)
    return card.effective_from <= day <= (card.effective_until or day)


def _check(rule: Rule, section: Section, document: list[Section]) -> Iterator[Finding]:
    unsaid: list[str] = []
    if rule.length:
        yield from _figures(rule, rule.length, _own(rule, section, rule.length.kind), section, unsaid)
    if rule.postage:
        place, stated = _postage(section, document)
        yield from _figures(rule, rule.postage, stated, place, unsaid)
    if rule.statuses is not None:
        yield from _statuses(rule, rule.statuses, section, unsaid)
    yield from _tariffs(rule, section, document, unsaid)
    yield from _payer(rule, section)
    unsaid += _unnamed(rule, document)
    if unsaid:
        yield finding(
            "note", "card.unsaid", section, "",
            f"The card decides by what this passage does not say: {', '.join(unsaid)}. Say it, so that customers know.",
            other=rule.source,
        )  # fmt: skip


def _own(rule: Rule, section: Section, kind: str) -> list[Statement]:
    """The figures of a passage that are the rule's own, not those of another rule in the same passage."""
    language = section.document.language
    found = []
    for each in statements([section]):
        acts = acts_in(each.phrase, language)
        foreign = not acts & rule.acts and bool(acts & _RIVALS)
        if not foreign and not each.near & rule.other_cases and _length_kind(each.kind) == _length_kind(kind):
            found.append(each)
    return found


def _length_kind(kind: str) -> str:
    return "length" if kind in ("days", "business days", "minutes") else kind


def _postage(section: Section, document: list[Section]) -> tuple[Section, list[Statement]]:
    """What is said about postage: in the passage, else in another section of its document."""
    for place in (section, *document):
        language = place.document.language
        found = [
            each
            for each in statements([place])
            if each.kind == "money" and "postage" in acts_in(f"{place.heading} {each.piece.text}", language)
        ]
        if found:
            return place, found
    return section, []


def _figures(
    rule: Rule, figures: Figures, stated: list[Statement], section: Section, unsaid: list[str]
) -> Iterator[Finding]:
    same = [each for each in stated if each.kind == figures.kind]
    values = {each.quantity.value for each in same}
    missing = [value for value in figures.values if value not in values]
    strays = [each for each in same if each.quantity.value not in figures.values and not _free(each.quantity)]
    strays += [each for each in stated if each.kind != figures.kind and _other_unit(each.quantity, missing)]
    for stray in _once(strays):
        yield _error("card.figure", rule, section, stray, _decides(figures))
    if not strays:
        yield from _categories(rule, figures, same, section)
        unsaid += [_value(figures.kind, value) for value in missing]


def _free(quantity: Quantity) -> bool:
    return quantity.kind == "money" and str(quantity.value).startswith(_FREE)


def _other_unit(quantity: Quantity, missing: list[Value]) -> bool:
    """7 business days where the card has 7 days, 48 hours where it has 2."""
    if quantity.kind == "business days":
        return quantity.value in missing
    if quantity.kind == "minutes" and isinstance(quantity.value, Fraction):
        return quantity.value / 1440 in missing
    return (
        quantity.kind == "days" and isinstance(quantity.value, Fraction) and quantity.value * 1440 in missing
    )


def _once(strays: list[Statement]) -> list[Statement]:
    return list({each.quantity.key: each for each in reversed(strays)}.values())


def _categories(rule: Rule, figures: Figures, stated: list[Statement], section: Section) -> Iterator[Finding]:
    """A figure that the card has, said of the wrong goods."""
    for each in stated:
        alone = sum(other.phrase == each.phrase and other.piece is each.piece for other in stated) == 1
        for category in sorted(each.near & CATEGORIES.keys() - rule.excluded) if alone else ():
            right = figures.of(category)
            if right is not None and right != each.quantity.value and not _free(each.quantity):
                what = f"{_value(figures.kind, right)} for {category.replace('_', ' ')}"
                yield _error("card.category", rule, section, each, what)
                break


def _error(code: str, rule: Rule, section: Section, stray: Statement, decides: str) -> Finding:
    return finding(
        "error", code, section, stray.piece.text,
        f"Says {spoken(stray.quantity)}, but the card {rule.card.id} decides by {decides}. Correct the text or the card.",
        other=rule.source,
    )  # fmt: skip


def _decides(figures: Figures) -> str:
    usual = [_value(figures.kind, figures.usual)] if figures.usual is not None else []
    others = [f"{_value(figures.kind, value)} for {category.replace('_', ' ')}" for category, value in figures.by_category.items()]  # fmt: skip
    return ", ".join(usual + others) or "no limit of time"


def _value(kind: str, value: Value) -> str:
    return spoken(Quantity(kind, value, None, 0, 0))


def _statuses(rule: Rule, statuses: frozenset[str], section: Section, unsaid: list[str]) -> Iterator[Finding]:
    language = section.document.language
    for piece in section.statements:
        for phrase in piece.phrases:
            answers = {answer for act, answer in said(phrase, language) if act in rule.acts}
            named = {status for status in ("pending", "processed", "shipped", "delivered") if names(phrase, status, language)}  # fmt: skip
            for status in sorted(named) if len(named) == 1 and len(answers) == 1 else ():
                if (status in statuses) not in answers:
                    yield finding(
                        "error", "card.status", section, piece.text,
                        f"Says {'yes' if True in answers else 'no'} for {status} orders, the card {rule.card.id} the "
                        "opposite. Correct the text or the card.",
                        other=rule.source,
                    )  # fmt: skip
    text = f"{section.heading} {section.text}"
    unsaid += [f"{status} orders" for status in sorted(statuses) if not names(text, status, language)]


def _tariffs(rule: Rule, section: Section, document: list[Section], unsaid: list[str]) -> Iterator[Finding]:
    """Delivery fees: the section of the document that names most of them has to name all."""
    if not rule.tariffs:
        return
    wanted = set(rule.tariffs)
    place = max(document, key=lambda each: len(wanted & _amounts(each)))
    missing = sorted(_value("money", value) for value in wanted - _amounts(place))
    if not wanted & _amounts(place):
        unsaid += missing
    elif missing:
        yield finding(
            "error", "card.tariff", place, "",
            f"Names some delivery fees of the card {rule.card.id}, but not {', '.join(missing)}. Correct the text or the "
            "card.",
            other=rule.source,
        )  # fmt: skip


def _amounts(section: Section) -> set[Value]:
    return {each.value for each in find_quantities(section.text) if each.kind == "money"}


def _payer(rule: Rule, section: Section) -> Iterator[Finding]:
    """Who pays the postage, where every phrase about it names the same one."""
    language = section.document.language
    phrases = [
        (piece, phrase)
        for piece in section.statements
        for phrase in piece.phrases
        if rule.payer
        and "postage" in acts_in(phrase, language)
        and not facets_in(phrase, language) & rule.other_cases
    ]
    named = {payer for _, phrase in phrases for payer in payers(phrase)}
    if len(named) == 1 and rule.payer not in named:
        yield finding(
            "error", "card.payer", section, phrases[0][0].text,
            f"Says that the {named.pop()} pays the postage, but by the card {rule.card.id} the {rule.payer} does. Correct "
            "the text or the card.",
            other=rule.source,
        )  # fmt: skip


def _unnamed(rule: Rule, document: list[Section]) -> list[str]:
    """Exceptions that the whole document never names."""
    language = document[0].document.language
    text = " ".join(f"{each.heading} {each.text}" for each in document)
    categories = [
        f"no {name.replace('_', ' ')}" for name in sorted(rule.excluded) if not names(text, name, language)
    ]
    tiers = [
        f"free for {name}" for name in sorted(rule.tiers) if rule.postage and not names(text, name, language)
    ]
    return categories + tiers
