"""Simulated customers: the same by seed, patient as long as told, honest about what they know."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases.errors import BadSuite
from eval.cases.schema import Wish
from eval.customers.bank import bundled_bank
from eval.customers.protocol import CustomerModel, HeardTurn
from eval.customers.speech import slipped_mail, slipped_number
from tests.eval.customers.actors import (
    ANSWERED,
    COAT,
    DONE,
    EMAIL,
    NAME,
    PERSON,
    PHONE,
    POSTCODE,
    REFUSED,
    Clerk,
    asks,
    converse,
    customer,
    proposes,
    simulation,
)  # fmt: skip
from tools.domain import Language

MANNERS = sorted(bundled_bank("en").manners)
SLOTS = ("identity", "order_id", "items", "reason")
AWAITED = (
    None, "identity", "order_id", "items", "reason", "payment_method", "address", "new_item", "confirmation",
    "choice", "anything_else",
)  # fmt: skip
turns = st.builds(
    HeardTurn, st.sampled_from(["Well.", "Order W1000001: coat", "W1000077"]),
    st.sampled_from(["answer", "ask", "propose", "done", "refuse"]), st.sampled_from(AWAITED),
)  # fmt: skip
manners, languages = st.sampled_from(MANNERS), st.sampled_from(["zh", "en"])


def agrees(text: str) -> bool:
    bank = bundled_bank("en")
    return any(
        text in spoken for name in ("confirm", "confirm_again") for spoken in bank.phrases[name].values()
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(turns, max_size=8), manners, languages, st.integers(0, 99))
def test_the_same_seed_says_the_same(
    heard: list[HeardTurn], manner: str, language: Language, seed: int
) -> None:
    first, second = (customer(simulation(manner=manner), language, seed=seed) for _ in range(2))
    assert converse(first, heard) == converse(second, heard) and first.outcome == second.outcome


def test_seeds_differ() -> None:
    assert len({customer(simulation(), seed=seed).first() for seed in range(20)}) > 4


@settings(deadline=None, max_examples=100)
@given(st.lists(turns, min_size=14, max_size=14), manners, languages, st.integers(2, 9), st.integers(0, 99))
def test_patience_is_kept(
    heard: list[HeardTurn], manner: str, language: Language, patience: int, seed: int
) -> None:
    model = customer(simulation(manner=manner, patience=patience), language, seed=seed)
    assert len(converse(model, heard)) <= patience
    assert model.outcome in ("satisfied", "gave_up", "out_of_patience")


def test_who_is_kept_waiting_runs_out_of_patience() -> None:
    model = customer(simulation(patience=3))
    said = converse(model, [asks("reason"), asks("reason"), asks("reason"), asks("reason")])
    assert (len(said), model.outcome) == (3, "out_of_patience")
    assert model.next(DONE) is None and model.outcome == "out_of_patience"


@settings(deadline=None, max_examples=100)
@given(st.lists(turns, max_size=10), manners, languages, st.integers(0, 99))
def test_nobody_says_what_they_do_not_know(
    heard: list[HeardTurn], manner: str, language: Language, seed: int
) -> None:
    wish = Wish(do="exchange_item", items=("coat",))
    said = "\n".join(converse(customer(simulation(wish, manner=manner), language, None, False, seed), heard))
    assert not re.search(r"W\d{7}|@|\d{5}|[{}]", said)


@settings(deadline=None, max_examples=60)
@given(st.lists(turns, max_size=10), st.sampled_from(sorted(set(MANNERS) - {"confused"})), st.integers(0, 99))
def test_only_the_confused_say_anything_wrong(heard: list[HeardTurn], manner: str, seed: int) -> None:
    said = "\n".join(converse(customer(simulation(manner=manner), signed_in=False, seed=seed), heard))
    assert set(re.findall(r"W\d{7}", said)) <= {"W1000001"}
    assert set(re.findall(r"\S+@\S+\w", said)) <= {EMAIL}


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("seed", range(4))
def test_every_manner_gets_there(manner: str, language: Language, seed: int) -> None:
    confirms = bundled_bank(language).phrases
    clerk = Clerk(
        SLOTS, "Return the coat of order W1000001?",
        lambda text: any(text.split("\n")[0].strip("。.") in each for name in ("confirm", "confirm_again")
                         for spoken in confirms[name].values() for each in spoken),
    )  # fmt: skip
    model = customer(simulation(manner=manner, patience=20), language, signed_in=False, seed=seed)
    said = clerk.serve(model)
    assert model.outcome == "satisfied", said
    together = "\n".join(said)
    assert "W1000001" in together and "coat" in together
    assert EMAIL in together or (
        NAME in together and (PHONE in together or POSTCODE in together or "@" not in together)
    )


def test_each_question_gets_its_answer() -> None:
    wish = Wish(
        do="exchange_item", order="W1000001", items=("coat",), reason="wrong_size",
        details={"new_item": "camel in L"},
    )  # fmt: skip
    model = customer(simulation(wish, manner="terse", patience=20))
    said = converse(model, [asks(each) for each in ("identity", "order_id", "items", "new_item", "reason")])
    assert NAME in said[1] or EMAIL in said[1]
    assert "W1000001" in said[2] and "coat" in said[3] and "camel in L" in said[4]
    assert said[5] in bundled_bank("en").phrases["reason.wrong_size"]["plain"]


def test_what_is_not_known_is_said_so() -> None:
    wish = Wish(do="change_address", order="W1000001")
    said = converse(customer(simulation(wish)), [asks("address")])
    assert said[1] in bundled_bank("en").phrases["unknown"]["plain"]


def test_a_question_that_does_not_belong_to_the_wish_is_not_answered() -> None:
    said = converse(customer(simulation(Wish(do="cancel_order", order="W1000001"))), [asks("address")])
    assert "cancel" in said[1].lower()


def test_another_order_is_not_confirmed() -> None:
    model = customer(simulation(manner="terse"))
    said = converse(model, [proposes("Return the coat of order W1000077?"), proposes(), DONE])
    assert "W1000001" in said[1] and not agrees(said[1]) and agrees(said[2])


def test_other_goods_are_doubted_once() -> None:
    model = customer(simulation(manner="terse"))
    said = converse(model, [proposes("Return the jacket of W1000001?"), proposes("The jacket of W1000001.")])
    assert "coat" in said[1] and agrees(said[2])


def test_an_objection_that_was_not_understood_is_repeated() -> None:
    wish = Wish(
        do="exchange_item", order="W1000001", items=("coat",),
        details={"new_item": "camel in L", "new_item_at_first": "black in L"},
    )  # fmt: skip
    model = customer(simulation(wish, manner="changes_mind"))
    said = converse(model, [asks("new_item"), proposes(), asks("confirmation"), proposes(), DONE])
    assert "black in L" in said[0] + said[1]
    assert "camel in L" in said[2] and "camel in L" in said[3] and agrees(said[4])
    assert model.outcome in ("", "satisfied")


def test_who_changes_their_mind_says_no_first_and_comes_back() -> None:
    model = customer(simulation(manner="changes_mind"))
    left = HeardTurn("All right, I leave it.", "answer", "anything_else")
    said = converse(model, [proposes(), left, proposes(), DONE])
    assert said[1] in bundled_bank("en").phrases["refuse"]["plain"]
    assert "return" in said[2].lower() or "send" in said[2].lower()
    assert agrees(said[3])


def test_who_does_not_confirm_says_no_and_is_content() -> None:
    model = customer(simulation(confirms=False))
    left = HeardTurn("All right, I leave it.", "answer", "anything_else")
    said = converse(model, [proposes(), left, ANSWERED])
    assert not any(agrees(each) for each in said) and model.outcome == "satisfied"


def test_the_confused_put_right_what_they_got_wrong() -> None:
    for seed in range(12):
        wish = Wish(do="cancel_order", order="W1000002", reason="too_slow")
        model = customer(simulation(wish, manner="confused"), signed_in=True, seed=seed)
        said = converse(model, [asks("order_id"), asks("order_id"), asks("order_id")])
        numbers = re.findall(r"W\d{7}", " ".join(said))
        assert numbers[0] == "W1000007" and set(numbers[1:]) == {"W1000002"}


def test_a_wrong_mail_address_is_put_right() -> None:
    for seed in range(12):
        model = customer(simulation(manner="confused"), signed_in=False, seed=seed)
        said = " ".join(converse(model, [asks("identity")] * 6))
        mails = re.findall(r"[\w.]+@example\.com", said)
        assert mails[0] != EMAIL and set(mails[1:]) == {EMAIL}


def test_several_wishes_come_in_the_first_message() -> None:
    cancel = Wish(do="cancel_order", order="W1000002", reason="too_slow")
    model = customer(simulation(COAT, cancel, manner="several_at_once"))
    said = converse(model, [
        proposes(), HeardTurn("Done. Cancel order W1000002?", "done", "confirmation"), DONE, ANSWERED,
    ])  # fmt: skip
    assert "coat" in said[0] and "W1000002" in said[0]
    assert agrees(said[1]) and agrees(said[2]) and model.outcome == "satisfied"


def test_the_next_wish_comes_when_one_is_done_or_refused() -> None:
    cancel = Wish(do="cancel_order", order="W1000002", reason="too_slow")
    for over in (DONE, REFUSED):
        said = converse(customer(simulation(COAT, cancel)), [proposes(), over])
        assert "cancel" in said[2].lower()


def test_a_question_in_passing_is_asked_once_and_then_the_yes_is_given() -> None:
    question = "Who pays the postage?"
    for seed in range(10):
        model = customer(simulation(COAT, Wish(ask=question)), seed=seed)
        waits = HeardTurn("You do. Shall I submit the return?", "ask", "confirmation")
        said = converse(model, [proposes(), waits])
        if said[1] == question:
            assert agrees(said[2])
            return
    raise AssertionError("nobody asked in between")


def test_the_impatient_do_not_take_the_first_no() -> None:
    model = customer(simulation(manner="impatient"))
    said = converse(model, [REFUSED, REFUSED, REFUSED])
    assert said[1] in bundled_bank("en").phrases["push_back"]["plain"]
    assert model.outcome == "gave_up" and len(said) <= 3


def test_somebody_without_an_account_says_so_once() -> None:
    model = customer(simulation(), who=None, signed_in=False)
    said = converse(model, [asks("identity")] * 5)
    assert said[1] in bundled_bank("en").phrases["identity.none"]["plain"]
    assert len(said) <= 3 and model.outcome == "gave_up"


def test_a_person_takes_over() -> None:
    model = customer(simulation(Wish(do="talk_to_human")))
    assert len(converse(model, [PERSON])) == 1 and model.outcome == "handed_over"


def test_decisions_at_which_they_leave() -> None:
    model = customer(simulation(gives_up_at="refuse"))
    assert len(converse(model, [REFUSED])) == 1 and model.outcome == "gave_up"


def test_typos_leave_numbers_and_goods_alone() -> None:
    wish = Wish(do="return_item", order="W1000001", items=("return order",), reason="quality")
    said = [customer(simulation(wish, manner="typing"), seed=seed).first() for seed in range(60)]
    plain = [customer(simulation(wish), seed=seed).first() for seed in range(60)]
    assert any("retrun" in each for each in said) and not any("retrun" in each for each in plain)
    assert all("return order" in each for each in said if "W1000001" in each)


@pytest.mark.parametrize(
    ("played", "what"),
    [
        (simulation(manner="rude"), "manner: 'rude' is not one of plain"),
        (simulation(Wish(do="return_itme")), "wants.0.do: 'return_itme'"),
        (simulation(COAT, Wish(do="return_item", reason="bored")), "wants.1.reason: 'bored'"),
        (simulation(Wish(do="return_item", details={"adress": "x"})), "wants.0.details.adress"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_place(played: object, what: str) -> None:
    with pytest.raises(BadSuite, match=re.escape(what)):
        customer(played)  # type: ignore[arg-type]


@given(st.from_regex(r"W\d{7}", fullmatch=True), st.emails())
def test_slips_are_never_right(number: str, mail: str) -> None:
    assert slipped_number(number) != number and slipped_mail(mail) != mail


def test_it_is_a_customer_model() -> None:
    model: CustomerModel = customer(simulation())
    assert model.outcome == "" and model.first()
