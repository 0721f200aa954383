"""Dates and lengths of time in both languages, and the orders that are named by their day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agent.resolve.orders import find_order, the_other
from agent.resolve.when import orders_when
from agent.tasks import LIKELY
from agent.types import Clause, Score, State
from agent.understand.dates import find_dates, parse_date
from agent.understand.durations import find_durations
from agent.understand.entities import find_entities
from agent.understand.heads import Heads, HeadScores
from agent.understand.understand import understand
from tests.agent.goods import HEADPHONES, KETTLE, LAMP, bought, line_of, said
from tools.domain import Order, OrderStatus

# A Thursday.
TODAY = date(2026, 11, 12)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 12, 10, 0, tzinfo=ZONE)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
WEEKDAYS = [date(2000, 5, day).strftime("%A") for day in range(1, 8)]
NUMERALS = "零一二三四五六七八九十"


def dates(text: str, today: date = TODAY) -> list[str]:
    return [each.value for each in find_entities(text, today) if each.kind == "date"]


def durations(text: str) -> list[str]:
    return [each.value for each in find_entities(text, TODAY) if each.kind == "duration"]


# Dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yesterday", "2026-11-11"), ("ordered it the day before yesterday", "2026-11-10"), ("today", "2026-11-12"),
        ("the day after tomorrow", "2026-11-14"), ("I bought it last Friday", "2026-11-06"),
        ("two weeks ago", "2026-10-29"), ("a couple of weeks ago", "2026-10-29"), ("3 days ago", "2026-11-09"),
        ("a month ago", "2026-10-12"), ("10-12 days ago", "2026-10-31/2026-11-02"), ("in two weeks", "2026-11-26"),
        ("two weeks from now", "2026-11-26"), ("last week", "2026-11-02/2026-11-08"), ("this month", "2026-11-01/2026-11-30"),
        ("last month", "2026-10-01/2026-10-31"), ("the week before last", "2026-10-26/2026-11-01"),
        ("last weekend", "2026-11-07/2026-11-08"), ("in the last 30 days", "2026-10-13/2026-11-12"),
        ("Nov 3", "2026-11-03"), ("nov. 3rd", "2026-11-03"), ("3rd of November", "2026-11-03"), ("the third of November", "2026-11-03"),
        ("3 Nov", "2026-11-03"), ("Friday, Nov 6", "2026-11-06"), ("November 3rd, 2025", "2025-11-03"),
        ("Nov 3 last year", "2025-11-03"), ("Dec 25", "2025-12-25"), ("Nov 12", "2026-11-12"),
        ("11/03", "2026-11-03"), ("11/3/26", "2026-11-03"), ("11/03/2026", "2026-11-03"), ("25/12", "2025-12-25"),
        ("03.11.2026", "2026-11-03"), ("2026-11-03", "2026-11-03"), ("2026/11/3", "2026-11-03"), ("20261103", "2026-11-03"),
        ("next Tuesday", "2026-11-17"), ("this Friday", "2026-11-13"), ("Friday last week", "2026-11-06"),
        ("on the 3rd", "2026-11-03"), ("in November", "2026-11-01/2026-11-30"), ("last November", "2025-11-01/2025-11-30"),
        ("November 2025", "2025-11-01/2025-11-30"), ("Nov 3-5", "2026-11-03/2026-11-05"), ("from Nov 3 to Nov 5", "2026-11-03/2026-11-05"),
        ("Black Friday", "2025-11-28"), ("last Christmas", "2025-12-25"), ("singles' day", "2026-11-11"),
        ("yesturday", "2026-11-11"), ("last Wensday", "2026-11-11"), ("Novemeber 3", "2026-11-03"),
    ],
)  # fmt: skip
def test_dates_in_english(text: str, value: str) -> None:
    assert dates(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("昨天", "2026-11-11"), ("前天下的单", "2026-11-10"), ("大前天", "2026-11-09"), ("后天", "2026-11-14"), ("昨晚买的", "2026-11-11"),
        ("上周五买的", "2026-11-06"), ("上个星期五", "2026-11-06"), ("上礼拜天", "2026-11-08"), ("周一", "2026-11-09"), ("礼拜天", "2026-11-08"),
        ("这周五", "2026-11-13"), ("下周二", "2026-11-17"), ("上上周四", "2026-10-29"), ("周5买的", "2026-11-06"),
        ("上周", "2026-11-02/2026-11-08"), ("上一周", "2026-11-02/2026-11-08"), ("上周末", "2026-11-07/2026-11-08"),
        ("上周一到周三", "2026-11-02/2026-11-04"), ("三天前", "2026-11-09"), ("两周前", "2026-10-29"), ("半个月前", "2026-10-28"),
        ("2个星期以前", "2026-10-29"), ("半年前", "2026-05-12"), ("两三天前", "2026-11-09/2026-11-10"), ("三天后", "2026-11-15"),
        ("最近三天", "2026-11-09/2026-11-12"), ("上个月", "2026-10-01/2026-10-31"), ("上月底", "2026-10-21/2026-10-31"),
        ("月初", "2026-11-01/2026-11-10"), ("月底买的", "2026-10-21/2026-10-31"), ("上个月3号", "2026-10-03"),
        ("11月3号", "2026-11-03"), ("十一月三号", "2026-11-03"), ("11.3号", "2026-11-03"), ("11月3下的单", "2026-11-03"),
        ("１１月３号", "2026-11-03"), ("11月3到5号", "2026-11-03/2026-11-05"), ("11月3日-11月5日", "2026-11-03/2026-11-05"),
        ("2026年11月3日", "2026-11-03"), ("26年11月3号", "2026-11-03"), ("二〇二六年十一月三日", "2026-11-03"), ("去年11月3号", "2025-11-03"),
        ("12月25号买的", "2025-12-25"), ("11月3号（周二）", "2026-11-03"), ("15号下的单", "2026-10-15"), ("11/3买的", "2026-11-03"),
        ("双十一买的", "2026-11-11"), ("去年双11", "2025-11-11"), ("国庆", "2026-10-01"), ("十一假期", "2026-10-01"), ("618买的", "2026-06-18"),
    ],
)  # fmt: skip
def test_dates_in_chinese(text: str, value: str) -> None:
    assert dates(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it came on Monday", "2026-11-09"), ("will it arrive on Monday?", "2026-11-16"), ("I need it by Dec 1", "2026-12-01"),
        ("the order from Monday, when will it arrive?", "2026-11-09"), ("周一买的", "2026-11-09"), ("周一能到吗", "2026-11-16"),
        ("11月20号能到吗", "2026-11-20"), ("11月20号收到的", "2025-11-20"), ("12月20日入住的，能开发票吗", "2025-12-20"), ("4月3日前买的", "2026-04-03"), ("预计12月1号送达", "2026-12-01"),
    ],
)  # fmt: skip
def test_what_lacks_its_year_or_week_is_past_unless_the_words_look_ahead(text: str, value: str) -> None:
    assert dates(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "W1234567", "订单 1234567", "¥11.3", "11.3元", "$11.03", "it costs 11.3", "13800000001", "call 138-0000-0001",
        "SF1234567890123", "1/2 of the order", "open 24/7", "the sun hat", "I sat on it", "Item 2 may be broken", "I may return it",
        "every Monday", "Monday to Friday", "on Sundays", "on the 3rd floor", "Christmas tree", "the second one",
        "每周一", "周一到周五有客服吗", "一周一次", "3个月", "中山路18号", "3号楼", "大一号", "7号电池", "第三天", "售后天数",
        "证明日期", "十一件", "王国庆", "圣诞树", "五一广场", "收货后7天", "7天无理由", "3月卡", "五月天的票", "it used to last a week",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert dates(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Feb 31", "February 30, 2026", "31/31", "2026-02-31", "2026-13-01", "13/45/2026", "99/88/77", "on the 35th",
        "99月88号", "2月31日", "十三月五号", "2026年2月30日", "11月31号", "9999999年前", "Feb 29, 2025",
    ],
)  # fmt: skip
def test_days_that_no_calendar_has_are_ignored(text: str) -> None:
    assert dates(text) == []


def test_the_last_leap_day_is_years_ago() -> None:
    assert dates("Feb 29") == ["2024-02-29"]
    assert dates("2月29号能到吗") == ["2028-02-29"]


def test_without_the_day_of_the_message_no_date_is_read_and_nothing_else_in_its_place() -> None:
    kinds = {each.kind for each in find_entities("the 3rd of November 2026, 20261103, 我是昨天买的")}
    assert kinds == set()


def forms(day: date) -> list[str]:
    month, number = MONTHS[day.month - 1], day.day
    return [
        day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day:%m/%d/%Y}", f"{day:%Y%m%d}",
        f"{month} {number}, {day.year}", f"{number} {month[:3]} {day.year}", f"{month[:3]}. {number}th {day.year}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{spelled(day.month)}月{spelled(day.day)}号",
    ]  # fmt: skip


def spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十") + (
        NUMERALS[ones] if ones else ""
    )


@settings(deadline=2000)
@given(DAYS, DAYS)
def test_every_date_with_its_year_is_read_back(day: date, today: date) -> None:
    for form in forms(day):
        assert dates(f"I bought it on {form}.", today) == [day.isoformat()], form
        assert dates(f"我是{form}买的", today) == [day.isoformat()], form


@settings(deadline=2000)
@given(DAYS, st.integers(0, 364))
def test_every_date_of_the_last_year_is_read_back_without_its_year(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    texts = [
        f"I bought it on {MONTHS[day.month - 1]} {day.day}", f"ordered on {day:%m/%d}", f"the {day.day}th of {MONTHS[day.month - 1][:3]}",
        f"{day.month}月{day.day}号买的", f"{spelled(day.month)}月{spelled(day.day)}日下的单", f"{day.month}.{day.day}号",
    ]  # fmt: skip
    for text in texts:
        assert dates(text, today) == [day.isoformat()], text


@settings(deadline=2000)
@given(DAYS, st.integers(1, 90))
def test_days_ago_are_counted_back(today: date, ago: int) -> None:
    day = (today - timedelta(days=ago)).isoformat()
    plural = "" if ago == 1 else "s"
    assert dates(f"I ordered it {ago} day{plural} ago", today) == [day]
    assert dates(f"{ago}天前买的", today) == dates(f"{spelled(ago)}天前买的", today) == [day]


@settings(deadline=2000)
@given(DAYS, st.integers(0, 6))
def test_a_weekday_of_last_week_lies_in_it(today: date, weekday: int) -> None:
    (value,) = dates(f"上周{'一二三四五六日'[weekday]}买的", today)
    day, _ = parse_date(value)
    first, last = parse_date(dates("上周", today)[0])
    assert first <= day <= last < today - timedelta(days=today.weekday()) and day.weekday() == weekday
    (last_named,) = dates(f"last {WEEKDAYS[weekday]}", today)
    assert 1 <= (today - date.fromisoformat(last_named)).days <= 7


PIECES = (
    "上 下 个 周 星期 礼拜 一 五 天 月 号 日 年 前 后 初 底 半 11 3 31 99 2026 . / - 到 元 块 ¥ $ 两 十 last next on the of to in ago"
    " Monday fri Nov may week days two a 3rd 1st 12:30 SF W1234567 13800000001 快递单号 邮编 双十一 去年 ， , working 1Z + ( ) 内 分钟 小时 个 多 ٣ ²"
)
WORDS = st.sampled_from(PIECES.split())


@settings(deadline=2000)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(WORDS, max_size=14).map("".join),
        st.lists(WORDS, max_size=14).map(" ".join),
    ),
    DAYS,
)
@example("9" * 5000, TODAY)
@example("11月" * 300, TODAY)
@example("0001-01-01前天 9999天前 9999年后 9999 years ago", date.min)
def test_any_text_is_read_without_an_error_and_values_are_of_the_calendar(text: str, today: date) -> None:
    found = find_entities(text, today)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        if each.kind == "date":
            first, last = parse_date(each.value)
            assert first <= last
        if each.kind == "duration":
            assert re.fullmatch(rf"{ISO}(?:/{ISO})?(?: business)?", each.value)
    numbers = [each for each in found if each.kind in NUMBER_KINDS]
    assert all(one.end <= other.start for one, other in pairwise(numbers))


ISO = r"P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?"
NUMBER_KINDS = ("email", "order_id", "tracking_no", "phone", "amount", "date", "duration", "postcode")


@settings(deadline=2000)
@given(st.text(max_size=60), DAYS)
def test_found_dates_stand_in_order_and_never_overlap(text: str, today: date) -> None:
    found = find_dates(f"{text} 11月3号 last Friday {text}", today)
    assert all(one.end <= other.start for one, other in pairwise(found))


# Lengths of time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two weeks", "P14D"), ("5-7 working days", "P5D/P7D business"), ("3 to 5 business days", "P3D/P5D business"), ("a month", "P1M"),
        ("30-day returns", "P30D"), ("a 2-year warranty", "P2Y"), ("an hour and a half", "PT1H30M"), ("half an hour", "PT30M"), ("48h", "PT48H"),
        ("a fortnight", "P14D"), ("two and a half years", "P2Y6M"), ("within 24 hours", "PT24H"), ("1-2 weeks", "P7D/P14D"),
        ("7天", "P7D"), ("７天无理由", "P7D"), ("7日内", "P7D"), ("半个月", "P15D"), ("三个工作日", "P3D business"), ("5-7个工作日", "P5D/P7D business"),
        ("一年半", "P1Y6M"), ("24小时", "PT24H"), ("两三天", "P2D/P3D"), ("一两天", "P1D/P2D"), ("四周内", "P28D"), ("3天到5天", "P3D/P5D"), ("一个半月", "P1M15D"),
        ("两个半小时", "PT2H30M"), ("二十多天", "P20D"), ("三个多月", "P3M"), ("半年", "P6M"), ("两个星期了", "P14D"),
    ],
)  # fmt: skip
def test_lengths_of_time(text: str, value: str) -> None:
    assert durations(text) == [value]
    assert dates(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "每7天",
        "第3天",
        "四周都是划痕",
        "等了半天",
        "半分钟",
        "16年的货",
        "07年我就买过",
        "两个年轻人",
        "1000H那款",
        "FM90.6天津",
        "一年级",
        "一周年",
        "twice a week",
        "several days",
        "3号",
        "11月",
        "2026年",
    ],
)
def test_what_only_looks_like_a_length_of_time_is_none(text: str) -> None:
    assert durations(text) == []


@settings(deadline=2000)
@given(
    st.integers(1, 99),
    st.sampled_from(
        [("天", "day", "D", 1), ("周", "week", "D", 7), ("个月", "month", "M", 1), ("小时", "hour", "H", 1)]
    ),
)
def test_every_length_is_read_alike_in_both_languages(number: int, unit: tuple[str, str, str, int]) -> None:
    zh, en, _, _ = unit
    plural = "" if number == 1 else "s"
    (english,) = find_durations(f"{number} {en}{plural}")
    (chinese,) = find_durations(f"{number}{zh}")
    (written,) = find_durations(f"{spelled(number)}{zh}")
    assert english[2] == chinese[2] == written[2]
    if unit[2] == "D":
        assert english[2] == f"P{number * unit[3]}D"


# Orders by their day


def placed(
    number: int, day: str, *goods: object, status: OrderStatus = OrderStatus.DELIVERED, arrived: str = ""
) -> Order:
    """An order placed at noon in the shop's timezone; `day` and `arrived` are ISO dates."""
    lines = [line_of(each) for each in (goods or (LAMP,))]  # type: ignore[arg-type]
    order = replace(bought(f"W100000{number}", *lines, status=status), placed_at=noon(day))
    if not arrived or order.shipment is None:
        return order
    return replace(order, shipment=replace(order.shipment, delivered_at=noon(arrived)))


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time().replace(hour=12), ZONE)


FRIDAY = placed(1, "2026-11-06")
THIRD = placed(2, "2026-11-03", KETTLE)
WEEKS_AGO = placed(3, "2026-10-28", HEADPHONES)
LONG_AGO = placed(4, "2026-06-18", KETTLE, LAMP)
MINE = (FRIDAY, THIRD, WEEKS_AGO, LONG_AGO)


def order_of(text: str, orders: tuple[Order, ...] = MINE, task: str = "return_item") -> str | None:
    found = find_order(text, said(text), orders, LIKELY[task], NOW)
    assert found is None or not found.by_number
    return found.id if found else None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("the order from last Friday", FRIDAY), ("上周五买的那个", FRIDAY), ("退上周五那单", FRIDAY), ("return last Friday's order", FRIDAY),
        ("I'd like to return what I bought on Nov 3", THIRD), ("11月3号下的单", THIRD), ("the one from 11/03", THIRD), ("退11月3号的订单", THIRD),
        ("下单时间是2026-11-03", THIRD), ("I ordered it two weeks ago", WEEKS_AGO), ("两周前买的", WEEKS_AGO), ("半个月前下的单", WEEKS_AGO),
        ("it was last Friday", FRIDAY), ("上周五", FRIDAY), ("618买的那个要退", LONG_AGO), ("the June order", None), ("my order from last June", LONG_AGO), ("I would like to send back the lamp from June", LONG_AGO),
    ],
)  # fmt: skip
def test_an_order_is_found_by_the_day_on_which_it_was_placed(text: str, order: Order | None) -> None:
    assert order_of(text) == (order.id if order else None)


@pytest.mark.parametrize(
    "text", ["the order from November 2", "10月29号下的单", "bought it last Saturday", "上周四买的"]
)
def test_a_named_day_is_meant_exactly(text: str) -> None:
    assert order_of(text) is None


@pytest.mark.parametrize(("days", "found"), [(13, True), (14, True), (15, True), (12, False), (16, False)])
@pytest.mark.parametrize("text", ["ordered two weeks ago", "两周前下的单"])
def test_two_weeks_ago_may_be_a_day_off(text: str, days: int, found: bool) -> None:
    order = placed(1, (TODAY - timedelta(days=days)).isoformat())
    assert (order_of(text, (order, LONG_AGO)) == order.id) is found


@pytest.mark.parametrize(
    "text", ["the lamp that arrived yesterday is broken", "昨天收到的那个坏了", "昨天签收的，想退"]
)
def test_an_order_is_found_by_the_day_on_which_it_arrived(text: str) -> None:
    there = placed(5, "2026-11-01", arrived="2026-11-11")
    ordered_then = placed(6, "2026-11-11", status=OrderStatus.PENDING)
    assert order_of(text, (FRIDAY, there, ordered_then)) == there.id


@pytest.mark.parametrize(
    "text",
    [
        "it was supposed to arrive last Friday", "I have been waiting since last Friday", "I returned something last Friday",
        "please deliver it next Friday", "I called you last Friday", "it stopped working last Friday",
        "上周五应该到的", "上周五申请的退款", "上周五还没收到", "上周五坏的", "下周五来取件", "上周五那个客服说的",
    ],
)  # fmt: skip
def test_a_day_of_something_else_finds_no_order(text: str) -> None:
    assert orders_when(text, MINE, NOW) == []
    assert order_of(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the tracking number of the summer one", {"W1000004"}), ("夏天买的那个水壶", {"W1000004"}),
        ("the kettle I ordered last summer", {"W1000004"}), ("秋天那单", {"W1000001", "W1000002", "W1000003"}),
        ("the fall order", {"W1000001", "W1000002", "W1000003"}), ("the winter one", set()),
        ("a summer dress", set()), ("夏天的被子有吗", set()), ("I ordered a summer jacket", set()),
    ],
)  # fmt: skip
def test_a_season_is_that_of_the_purchase(text: str, found: set[str]) -> None:
    assert {each.id for each in orders_when(text, MINE, NOW)} == found


def test_a_season_is_the_last_one() -> None:
    assert orders_when("the summer one", (placed(5, "2025-07-01"),), NOW) == []


@pytest.mark.parametrize("text", ["and the other one?", "那另一双呢，签收没", "what about the other order"])
def test_the_other_one_shares_its_goods(text: str) -> None:
    assert the_other(text, THIRD, MINE) == LONG_AGO
    assert the_other(text, LONG_AGO, MINE) is None, "two others share goods with it"
    cancelled = [
        placed(n, f"2026-10-0{n}", each, status=OrderStatus.CANCELLED)
        for n, each in ((5, KETTLE), (6, HEADPHONES))
    ]
    assert the_other(text, cancelled[0], (cancelled[0], FRIDAY, cancelled[1])) == cancelled[1]


@pytest.mark.parametrize(
    "text", ["另外一个问题", "on the other hand", "还有别的吗", "another one", "另一个地址"]
)
def test_something_else_is_no_other_order(text: str) -> None:
    assert the_other(text, THIRD, MINE) is None


def test_several_orders_of_a_day_are_narrowed_by_what_is_in_them_and_by_their_state() -> None:
    kettle = placed(5, "2026-11-06", KETTLE, status=OrderStatus.PENDING)
    orders = (FRIDAY, kettle, THIRD, LONG_AGO)
    assert {each.id for each in orders_when("上周五买的", orders, NOW)} == {FRIDAY.id, kettle.id}
    assert order_of("上周五买的水壶", orders) == kettle.id
    assert order_of("the desk lamp from last Friday", orders) == FRIDAY.id
    assert order_of("cancel the order from last Friday", orders, "cancel_order") == kettle.id
    assert order_of("上周五买的", (FRIDAY, placed(6, "2026-11-06", HEADPHONES), LONG_AGO)) is None


def test_the_day_tells_two_orders_of_the_same_goods_apart() -> None:
    earlier = placed(5, "2026-10-01", LAMP)
    assert order_of("the desk lamp I bought last Friday", (FRIDAY, earlier)) == FRIDAY.id
    assert order_of("国庆买的台灯", (FRIDAY, earlier)) == earlier.id
    assert order_of("买的台灯要退", (FRIDAY, earlier)) is None


def test_what_was_bought_outweighs_a_day_that_is_misremembered() -> None:
    assert order_of("the headphones from last Friday") == WEEKS_AGO.id
    assert order_of("上周五买的耳机") == WEEKS_AGO.id


def test_a_day_without_an_order_is_ignored() -> None:
    assert order_of("the only thing I ordered, last Monday", (FRIDAY,)) == FRIDAY.id


def test_a_number_outweighs_a_day() -> None:
    found = find_order("W1000002 from last Friday", said("W1000002"), MINE, (), NOW)
    assert found is not None and (found.id, found.by_number) == (THIRD.id, True)


def test_the_day_is_that_of_the_shop() -> None:
    """Ten minutes past midnight in Shanghai is still the day before in UTC."""
    late = replace(FRIDAY, placed_at=datetime(2026, 11, 5, 16, 10, tzinfo=ZoneInfo("UTC")))
    assert order_of("上周五买的", (late, LONG_AGO)) == late.id
    assert order_of("11月5号买的", (late, LONG_AGO)) is None


def test_a_day_said_in_answer_to_which_order_is_read_with_the_wish_of_before() -> None:
    found = find_order("where is my parcel?", said("the one from last Friday"), MINE, (), NOW)
    assert found is not None and found.id == FRIDAY.id


def test_a_day_in_one_wish_says_nothing_about_another() -> None:
    text = "cancel the lamp, and return the order from November 3"
    parts = (
        Clause("cancel the lamp", ("cancel_order",)),
        Clause("return the order from November 3", ("return_item",)),
    )
    message = replace(said(text), clauses=parts)
    lamp, other = replace(FRIDAY, lines=(line_of(LAMP),)), placed(5, "2026-11-03", HEADPHONES)
    first = find_order(parts[0].text, message, (lamp, other), LIKELY["return_item"], NOW)
    second = find_order(parts[1].text, message, (lamp, other), LIKELY["return_item"], NOW)
    assert first is not None and second is not None
    assert (first.id, second.id) == (lamp.id, other.id)


def test_without_the_time_of_the_message_no_day_finds_an_order() -> None:
    assert find_order("上周五买的", said("上周五买的"), MINE, ()) is None


@settings(deadline=2000)
@given(st.lists(st.dates(date(2025, 12, 1), TODAY), min_size=2, max_size=4, unique=True), st.data())
def test_the_only_order_of_a_named_day_is_that_one(days: list[date], data: st.DataObject) -> None:
    orders = tuple(placed(number, day.isoformat()) for number, day in enumerate(days))
    day, order = data.draw(st.sampled_from(list(zip(days, orders, strict=True))))
    assert order_of(f"{day.month}月{day.day}号下的单", orders) == order.id
    assert order_of(f"the order from {MONTHS[day.month - 1]} {day.day}", orders) == order.id


class Unmoved(Heads):
    """Heads that hear nothing in any message."""

    def __init__(self) -> None:
        self.says = HeadScores((Score("inform", 0.7),), (), (Score("neutral", 0.9),), (), 0.1, 0.5)

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        return self.says


@pytest.mark.parametrize(("today", "value"), [(TODAY, "2026-11-06"), (date(2026, 11, 16), "2026-11-13")])
def test_the_stage_reads_dates_relative_to_the_day_it_is_told(today: date, value: str) -> None:
    def embed(text: str) -> NDArray[np.float32]:
        return np.ones(3, dtype=np.float32)

    heard = understand("上周五买的", State(), Unmoved(), embed, today=today)
    assert heard.values("date") == (value,)
    assert understand("上周五买的", State(), Unmoved(), embed).values("date") == ()
