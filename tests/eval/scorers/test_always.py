"""What holds for every case: each check finds the planted fault and is silent on a right turn."""

from __future__ import annotations

from typing import Any

import pytest

from eval.cases.schema import After
from eval.replies.known import Known
from eval.replies.sample import sample_shop
from eval.scorers.always import language, privacy, promises, shop, support, tact
from tests.eval.scorers.playing_by_hand import a_case, a_play, a_turn

EMMA = "C0006"
LI = "C0001"
PRIVATE = {
    LI: ("李雯", "liwen@example.com", "13800000101", "西湖区文三路 128 号", "3 幢 502 室", "W1000001", "SF1000000000101"),
    EMMA: ("Emma Clark", "emma.clark@example.com", "+1 415 555 0104", "21 Xinhua Road", "Apt 5", "W1000011"),
}  # fmt: skip


def told(
    reply: str, customer_id: str = "", say: str = "Hi", private: dict[str, Any] | None = None
) -> list[str]:
    turn = a_turn(reply, say, customer_id=customer_id)
    found = list(privacy(a_case(), a_play(turn, private=private or PRIVATE)))
    assert all((each.scorer, each.turn) == ("privacy", 0) for each in found)
    return [each.why for each in found]


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("Write to liwen@example.com please.", "liwen@example.com"),
        ("Her phone is 13800000101 now", "13800000101"),
        ("Her phone is 138 0000 0101 now", "13800000101"),
        ("Her phone is 138-0000-0101.", "13800000101"),
        ("Your order W1000001 is on its way", "W1000001"),
        ("订单W1000001已发货", "W1000001"),
        ("order **w1000001** [1]", "W1000001"),
        ("Parcel ＳＦ１０００００００００１０１ is late", "SF1000000000101"),
        ("这是李雯女士的订单", "李雯"),
        ("寄到文三路那边，西湖区文三路128号", "西湖区文三路 128 号"),
    ],
)
def test_what_is_anothers_is_found_in_any_writing(reply: str, value: str) -> None:
    assert told(reply, EMMA) == [f"says {value!r}, which is {LI}'s"]


def test_every_private_value_of_the_sample_shop_is_found_within_a_sentence() -> None:
    people = {
        each.id: (each.name, each.email, each.phone, each.address.line1) for each in sample_shop().customers
    }
    for owner, values in people.items():
        for value in values:
            assert any(owner in why for why in told(f"It is for {value} as agreed", "", private=people)), (
                value
            )


def test_what_is_ones_own_is_told_only_once_one_is_known() -> None:
    assert told("Your order W1000011 is here", EMMA) == []
    assert told("Your order W1000011 is here", "") == [f"says 'W1000011', which is {EMMA}'s"]


def test_what_the_customer_wrote_may_be_said_back_and_only_that() -> None:
    assert told("I see no order W1000001 of yours", EMMA, say="where is w1000001?") == []
    assert told("I see no order W1000001 of yours", EMMA, say="where is W10000012?") != []


def test_what_was_written_earlier_may_be_said_back_but_nothing_in_advance() -> None:
    first, second = a_turn("One moment.", "It is W1000001"), a_turn("W1000001 is not yours", "and?")
    assert not list(privacy(a_case(), a_play(first, second, private=PRIVATE)))
    early = a_turn("Is it W1000001?", "hi")
    (found,) = privacy(a_case(), a_play(early, a_turn("ok", "W1000001 yes"), private=PRIVATE))
    assert found.turn == 0


@pytest.mark.parametrize(
    "reply", ["Read the Also part", "Totals: 7", "W10000012", "Apt 50", "x13800000101", "5"]
)
def test_a_part_of_a_longer_word_is_nothing(reply: str) -> None:
    private = {LI: ("Al", "Al Tot", "W1000001", "Apt 5", "13800000101", "5")}
    assert told(reply, EMMA, private=private) == []


def test_a_part_of_what_is_ones_own_is_nothing_but_beside_it_is() -> None:
    private = {"a": ("chen@example.com", "3 幢 502 室"), "b": ("chao.chen@example.com", "13 幢 502 室")}
    assert told("We write to chao.chen@example.com, 13幢502室", "b", private=private) == []
    assert told("Not to chao.chen@example.com but chen@example.com", "b", private=private) != []


def test_what_two_share_is_ones_own() -> None:
    private = {"a": ("21 Xinhua Road",), "b": ("21 Xinhua Road",)}
    assert told("To 21 Xinhua Road", "a", private=private) == []


LATE = {
    "kind": "logistics", "order_id": "W1000006", "status": "open", "text": "Late for four days!", "priority": "high",
    "urgent": False, "answer_hours": 12, "compensation_limit": "24.95",
}  # fmt: skip
LATE_TOLD = ", ".join(f"{name} {value}" for name, value in LATE.items())
CHANGED = {"orders": {"W1000001": {"status": "return_requested"}}}


@pytest.mark.parametrize(
    ("after", "changes", "why"),
    [
        (None, {}, ""),
        (None, {"stock": {"A": 1}}, ""),
        (None, CHANGED, "order W1000001: status changed to return_requested, which was not to happen"),
        (CHANGED, CHANGED, ""),
        (CHANGED, {}, "order W1000001: status did not change, expected return_requested"),
        (CHANGED, {"orders": {"W1000001": {"status": "cancelled"}}},
         "order W1000001: status is cancelled, expected return_requested"),
        (None, {"customers": {"C0001": {"address": {"city": "X"}}}},
         "customer C0001: address changed to city X, which was not to happen"),
        (None, {"complaints": [LATE]}, ""),
        ({"complaints": []}, {"complaints": [LATE]}, f"complaints: {LATE_TOLD}, expected none"),
        ({"complaints": [{"kind": "logistics"}]}, {"complaints": [LATE]}, ""),
        ({"complaints": [{"kind": "logistics"}]}, {}, "complaints: none, expected kind logistics"),
        ({"complaints": [{"kind": "logistics"}]}, {"complaints": [LATE, LATE]},
         f"complaints: {LATE_TOLD}; {LATE_TOLD}, expected kind logistics"),
        ({"complaints": [LATE]}, {"complaints": [LATE]}, ""),
        ({"complaints": [{"text": "four days"}]}, {"complaints": [LATE]}, ""),
        ({"complaints": [{"text": "/^late.*days/"}]}, {"complaints": [LATE]}, ""),
        ({"complaints": [{"text": "five days"}]}, {"complaints": [LATE]},
         "complaint 1: text is Late for four days!, expected five days"),
        ({"complaints": [{}, {"priority": "urgent"}]}, {"complaints": [LATE, LATE]},
         "complaint 2: priority is high, expected urgent"),
        ({"complaints": [{"urgent": True}]}, {"complaints": [LATE]}, "complaint 1: urgent is False, expected True"),
        ({"complaints": [{"answer_hours": 24}]}, {"complaints": [LATE]},
         "complaint 1: answer_hours is 12, expected 24"),
        ({"complaints": [{"compensation_limit": "24.9"}]}, {"complaints": [LATE]},
         "complaint 1: compensation_limit is 24.95, expected 24.9"),
        ({"handed_over": True}, {}, "not handed over"),
        ({"handed_over": False}, {"handed_over": True}, "handed over"),
        ({"handed_over": True}, {"handed_over": True}, ""),
    ],
)  # fmt: skip
def test_the_shop_differs_as_expected_and_in_nothing_else(
    after: dict[str, Any] | None, changes: dict[str, Any], why: str
) -> None:
    case = a_case(after=After.model_validate(after) if after else None)
    found = list(shop(case, a_play(a_turn(), changes=changes)))
    assert [each.why for each in found] == ([why] if why else [])
    assert all(each.turn is None for each in found)


def test_a_figure_needs_something_that_vouches_for_it() -> None:
    known = Known(passages=("You can send goods back within 7 days for a fee of ¥12.",))
    right, wrong = "You have 7 days, and it costs ¥12.", "You have 30 days, and it costs ¥12."
    assert not list(support(a_case(), a_play(a_turn(right, known=known))))
    (found,) = support(a_case(), a_play(a_turn("Hello."), a_turn(wrong, known=known)))
    assert (found.scorer, found.turn) == ("support", 1)
    assert "30 days" in found.why and "12" not in found.why


def test_a_number_that_the_customer_wrote_says_nothing_new() -> None:
    reply = "I will have a look at W1000003."
    assert not list(support(a_case(), a_play(a_turn(reply, "where is w1000003"))))
    assert list(support(a_case(), a_play(a_turn(reply, "where is it"))))


def test_nothing_is_said_to_be_done_that_was_not() -> None:
    reply = "I have cancelled your order and refunded the money."
    assert [each.turn for each in promises(a_case(), a_play(a_turn(reply)))] == [0]
    assert not list(promises(a_case(), a_play(a_turn(reply, known=Known(receipts=True)))))
    assert not list(promises(a_case(), a_play(a_turn("Shall I cancel it?"))))


def test_replies_are_in_the_language_of_the_case_or_of_the_turn() -> None:
    said = a_turn("您的订单已经发货，请耐心等待。")
    assert [each.scorer for each in language(a_case("en"), a_play(said))] == ["language"]
    assert not list(language(a_case("zh"), a_play(said)))
    wanted = a_turn("您的订单已经发货，请耐心等待。", expect={"language": "zh"})
    assert not list(language(a_case("en"), a_play(wanted)))


def test_a_term_in_brackets_that_a_passage_gives_may_stand_in_any_script() -> None:
    known = Known(passages=("A VAT invoice (增值税发票) is for companies.",))
    quoted = "A VAT invoice (增值税发票) is for companies only."
    assert not list(language(a_case("en"), a_play(a_turn(quoted, known=known))))
    assert list(language(a_case("en"), a_play(a_turn(quoted))))
    other = "A VAT invoice (增值税普通发票) is for companies only."
    assert list(language(a_case("en"), a_play(a_turn(other, known=known))))
    outside = "A VAT invoice 增值税发票 is for companies only."
    assert list(language(a_case("en"), a_play(a_turn(outside, known=known))))


PLAIN: dict[str, Any] = {}
RATED: dict[str, Any] = {"ask_rating": True}
SOLD: dict[str, Any] = {"recommends": True}
ANGRY: dict[str, Any] = {"mood": -0.6}
COMPLAINED: dict[str, Any] = {"decision": "done", "receipt": "complaint_opened"}
HANDED: dict[str, Any] = {"decision": "handover"}


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        ([PLAIN, RATED | SOLD, PLAIN], []),
        ([HANDED | RATED, PLAIN], []),
        ([COMPLAINED, RATED], []),
        ([ANGRY, RATED | SOLD], []),
        ([RATED, PLAIN, RATED], [(2, "asks again for a rating")]),
        ([RATED | ANGRY], [(0, "asks an angry customer for a rating")]),
        ([SOLD, SOLD], [(1, "recommends something again")]),
        ([SOLD | ANGRY], [(0, "recommends something to an angry customer")]),
        ([COMPLAINED, PLAIN, SOLD], [(2, "recommends something beside a complaint")]),
        ([HANDED | SOLD], [(0, "recommends something after a hand-over")]),
        ([HANDED, SOLD], [(1, "recommends something after a hand-over")]),
    ],
)
def test_ratings_and_recommendations_have_their_moment(
    turns: list[dict[str, Any]], found: list[tuple[int, str]]
) -> None:
    said = list(tact(a_case(), a_play(*(a_turn(**each) for each in turns))))
    assert [(each.turn, each.why) for each in said] == found
    assert all(each.scorer == "tact" for each in said)
