"""What a sentence of the model has to stand up to: each check a function that says why it does not, "" for nothing.

A sentence is compared with the clauses of a passage that are nearest to each of its own: the same case first,
then the same words. All thresholds were chosen on hand-made pairs, tests/agent/ledger/pairs.jsonl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.ledger import cases, deciders, denied, presence, stance, universals
from agent.ledger.held import Held

Check = Callable[[Held], str]
# How near the vectors of a sentence and of what it rests on have to be where words cannot be compared.
LEAST_ALIKE = 0.86
ALWAYS: tuple[Check, ...] = (
    presence.in_customers_language, presence.promises_nothing, presence.speaks_to_customers, presence.names_are_there,
    presence.figures_are_there, presence.cases_are_there,
)  # fmt: skip
IN_ANOTHER_LANGUAGE: tuple[Check, ...] = (
    stance.says_no_as_often, stance.charges_what_costs, stance.strong_words_are_there
)  # fmt: skip
IN_THE_SAME: tuple[Check, ...] = (
    presence.words_are_there, stance.says_no_as_often, stance.echoes_no_denial, stance.allows_what_is_allowed,
    stance.charges_what_costs, cases.keeps_the_condition, cases.keeps_consequences, stance.rules_agree,
    stance.strong_words_are_there, universals.told_of_all, denied.echoes_what_is_denied, denied.spares_what_is_spared,
    deciders.same_decider, cases.same_payer, cases.same_side, presence.stays_in_its_sentence,
    stance.keeps_the_doubt, presence.words_are_in_order,
)  # fmt: skip


def objections(held: Held) -> Iterator[str]:
    """Why a sentence may not leave, lazily: the first is enough."""
    same = held.said.language == held.source.language
    checks = ALWAYS + (IN_THE_SAME if same else IN_ANOTHER_LANGUAGE)
    return (why for check in checks if (why := check(held)))
