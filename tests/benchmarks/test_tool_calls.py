"""Calls of a small model are found however it writes them, and never shown to the customer."""

from __future__ import annotations

import pytest

from benchmarks.answers.tool_calls import CallFilter, calls_in

KNOWN = {"track_order", "search_policies"}
CALL = '{"name": "track_order", "arguments": {"order_id": "W1"}}'
FOUND = [{"name": "track_order", "arguments": {"order_id": "W1"}}]


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{CALL}\n</tool_call>",
        f"Let me look.\n<tool_call>\n{CALL}\n</tool_call>",
        f"<tool_call>{CALL}",
        CALL,
        f"```json\n{CALL}\n```",
        f"[{CALL}]",
        f"I will look:\n```\n{CALL}\n```",
    ],
)
def test_a_call_is_found(text: str) -> None:
    assert calls_in(text, KNOWN) == FOUND


def test_several_calls_are_found_in_order() -> None:
    other = CALL.replace("W1", "W2")
    numbers = [call["arguments"]["order_id"] for call in calls_in(f"{CALL}\n{other}", KNOWN)]
    assert numbers == ["W1", "W2"]


@pytest.mark.parametrize(
    "text",
    [
        "Your parcel arrives on Wednesday.",
        "{not json",
        '{"name": "open_the_safe", "arguments": {}}',
        '{"name": "track_order", "arguments": "W1"}',
        "[1, 2]",
        "",
    ],
)
def test_what_is_no_call_of_a_known_tool_is_none(text: str) -> None:
    assert calls_in(text, KNOWN) == []


def test_an_unknown_name_inside_the_tags_is_a_call() -> None:
    assert calls_in('<tool_call>{"name": "fly", "arguments": {}}</tool_call>', KNOWN)[0]["name"] == "fly"


def shown(text: str, size: int) -> tuple[str, list[str]]:
    """What the customer sees of a text that comes in pieces, and the pieces that were not empty."""
    held = CallFilter()
    pieces = [held.feed(text[start : start + size]) for start in range(0, len(text), size)]
    pieces.append(held.finish(bool(calls_in(text, KNOWN))))
    return "".join(pieces), [piece for piece in pieces if piece]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Arrives on Wednesday.", "Arrives on Wednesday."),
        ("a < b and <b>", "a < b and <b>"),
        (CALL, ""),
        (f"<tool_call>{CALL}</tool_call>", ""),
        (f"Let me look.<tool_call>{CALL}</tool_call>", "Let me look."),
        ("{well, no call}", "{well, no call}"),
    ],
)
def test_only_text_is_shown(text: str, seen: str, size: int) -> None:
    assert shown(text, size)[0] == seen


def test_text_is_shown_as_it_comes() -> None:
    assert len(shown("Arrives on Wednesday.", 1)[1]) == len("Arrives on Wednesday.")
