"""Half of who somebody is is kept until the other half is told; a mail address never is."""

from __future__ import annotations

from dataclasses import replace

from agent.introductions import kept, missing_half, to_try
from agent.types import Request, State
from tests.agent.builders import understood
from tools.desk.identify import Facts

ASKED = State(customer_id=None, requests=(Request("order_status", "查订单"),), awaiting="identity")


def said(*messages: str) -> tuple[Facts, State]:
    """What is tried at the last of the messages, and the state after it."""
    state, tried = ASKED, Facts()
    for text in messages:
        heard = understood(text)
        tried, state = to_try(heard, state), replace(state, told=kept(heard, state))
    return tried, state


def test_two_halves_make_a_whole_in_either_order() -> None:
    whole = Facts(name="周敏", postcode="430071")
    assert said("收货人是周敏", "430071")[0] == whole == said("邮编430071", "周敏")[0]
    assert said("I'm Anna Berg", "13900000109")[0] == Facts(name="Anna Berg", phone="13900000109")


def test_the_other_half_is_asked_for() -> None:
    assert missing_half(said("周敏")[1].told) == "postcode" and missing_half(said("430071")[1].told) == "name"


def test_a_message_without_facts_tries_nothing_again_and_forgets_nothing() -> None:
    tried, state = said("周敏, 430071", "还没好吗")
    assert tried == Facts() and state.told == Facts(name="周敏", postcode="430071")


def test_what_is_said_anew_replaces_its_half_only() -> None:
    assert said("周敏, 430071", "邮编是430072")[0] == Facts(name="周敏", postcode="430072")


def test_a_wrong_mail_address_does_not_spoil_what_follows() -> None:
    assert said("wrong@example.com", "Anna Berg, 430071")[0] == Facts(name="Anna Berg", postcode="430071")
    assert said("周敏, 430071", "anna@example.com")[0] == Facts(email="anna@example.com")
