"""Identifiers that are drawn by chance are numbered in the order in which they come."""

from __future__ import annotations

from eval.playing.names import DrawnNames

ONE, TWO = "0123456789ABCDEF", "FEDCBA9876543210"
CONVERSATION = "c_01JD0000000000000000000000"


def test_one_token_has_one_number_whatever_its_kind() -> None:
    names = DrawnNames()
    assert names.plain(f"Return RT-{ONE} of proposal P-{ONE.lower()}, receipt RC-{TWO}.") == (
        "Return RT-1 of proposal P-1, receipt RC-2."
    )
    assert names.plain(f"RT-{TWO}") == "RT-2"


def test_chinese_may_stand_right_beside_it() -> None:
    assert DrawnNames().plain(f"退货编号RT-{ONE}已登记") == "退货编号RT-1已登记"


def test_it_is_found_all_the_way_down_and_in_keys() -> None:
    value = {f"RT-{ONE}": [{"id": f"P-{ONE}"}, (CONVERSATION, 3, None)]}
    assert DrawnNames().plain(value) == {"RT-1": [{"id": "P-1"}, ("c_2", 3, None)]}


def test_what_only_looks_like_it_stays() -> None:
    for text in ("W1000001", "SF1000000000101", f"RT-{ONE}0", f"XRT-{ONE}Z", "USB-C", f"wRT-{ONE}"):
        assert DrawnNames().plain(text) == text


def test_two_runs_read_the_same() -> None:
    first = DrawnNames().plain([f"RT-{ONE}", f"RT-{TWO}", f"RT-{ONE}"])
    assert first == DrawnNames().plain([f"RT-{TWO}", f"RT-{ONE}", f"RT-{TWO}"]) == ["RT-1", "RT-2", "RT-1"]
