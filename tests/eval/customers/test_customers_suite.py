"""The bundled suite of simulated customers is sound: paired, playable, and about the shop as it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from eval.cases.read import read_form
from eval.cases.schema import Case, Suite
from eval.customers.bank import bundled_bank
from eval.customers.customer import SimulatedCustomer
from eval.replies.sample import sample_shop

SUITE = Path("eval/suites/simulated.yaml")


@cache
def cases() -> tuple[Case, ...]:
    return read_form(SUITE, Suite).cases


def test_every_case_is_there_in_both_languages() -> None:
    pairs: defaultdict[str | None, list[Case]] = defaultdict(list)
    for case in cases():
        pairs[case.pair].append(case)
    assert len(pairs) >= 24 and None not in pairs
    for zh, en in pairs.values():
        assert (zh.language, en.language) == ("zh", "en")
        assert zh.simulate and en.simulate and zh.simulate.manner == en.simulate.manner
        assert (zh.customer, zh.signed_in, zh.tags) == (en.customer, en.signed_in, en.tags)
        same = [(w.do, w.order, w.reason) for w in zh.simulate.wants]
        assert same == [(w.do, w.order, w.reason) for w in en.simulate.wants]


def test_ids_are_unique_and_intents_and_manners_covered() -> None:
    found = cases()
    assert max(Counter(case.id for case in found).values()) == 1
    assert {case.simulate.manner for case in found if case.simulate} == bundled_bank("en").manners.keys()
    assert {
        "return_item", "exchange_item", "cancel_order", "change_address", "change_items", "change_payment", "repair",
        "complaint", "refund_status", "return_status", "order_status", "tracking", "talk_to_human", "policy_question",
        "update_profile",
    } <= {intent for case in found for intent in case.intents}  # fmt: skip


def test_everybody_can_be_played_and_owns_what_they_speak_of() -> None:
    shop = sample_shop()
    by_mail = {each.email: each for each in shop.customers}
    owner = {each.id: each.customer_id for each in shop.orders}
    for case in cases():
        assert case.simulate
        customer = by_mail[case.customer] if case.customer else None
        assert SimulatedCustomer(case.simulate, case.language, customer, case.signed_in, 0).first()
        for wish in case.simulate.wants:
            if wish.order and customer:
                assert owner[wish.order] == customer.id, case.id


def test_what_a_rule_refuses_leaves_the_shop_as_it_was() -> None:
    refused = [case for case in cases() if "refused" in case.tags]
    assert len(refused) >= 12 and all(case.after is None for case in refused)
