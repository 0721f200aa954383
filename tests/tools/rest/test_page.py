"""The page of the contract says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.codec import decode
from tools.desk.actions import BY_KIND
from tools.domain import order_id_of
from tools.store.rest.address import ApiSettings
from tools.store.rest.wire import CommandHead

PAGE = (Path(__file__).parents[3] / "docs" / "order-api.md").read_text(encoding="utf-8")


def test_the_command_of_the_page_is_one() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    value = json.loads(example)
    action = BY_KIND[value["kind"]]
    command = decode(action.command, value.pop("command"))
    decode(action.effect, value.pop("effect"))
    head = decode(CommandHead, value)
    assert head.order_id == order_id_of(command)
    assert f"Idempotency-Key: {head.key}" in PAGE


def test_every_kind_that_is_sent_is_named_and_no_other() -> None:
    (row,) = re.findall(r"^\| `kind` \| (.*) \|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == set(BY_KIND) - {"open_complaint"}


def test_the_limits_of_the_page_are_the_real_ones() -> None:
    limits = ApiSettings("https://shop.example")
    for words in (
        f"no connection within {limits.connect_s:.0f} s",
        f"nothing to read for {limits.read_s:.0f} s",
        f"no end within {limits.whole_s:.0f} s",
        f"up to {limits.tries} times",
        f"up to {limits.longest_pause_s:.0f} s",
        f"{limits.failures} tries in a row",
        f"asks nobody for {limits.rest_s:.0f} s",
        f"at most {limits.answer_bytes // 1_000_000} MB",
    ):
        assert words in PAGE, words
