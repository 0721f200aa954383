"""How dates are said in Chinese."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

from agent.understand.days import (
    Moment,
    Span,
    away,
    day_of_week,
    month_from,
    month_of,
    nearest_day_of_month,
    nearest_weekday,
    nearest_year,
    no_day,
    on,
    part_of_month,
    rules,
    shifted,
    week_from,
    year_of,
)
from agent.understand.durations import LENGTH_ZH, read_length
from agent.understand.numerals import ZH_NUMERALS, number_zh

_N = r"(?:\d{1,2}|[〇零一二三四五六七八九十]{1,3})"
_TO = r"\s?(?:-|~|–|—|～|到|至)\s?"
_YEAR = r"(?:(?:(?P<year>(?:19|20)?\d{2}|二[〇零][〇零一二三四五六七八九]{2})\s?年|(?P<near_year>[今去前明后]年))的?\s?)?"
_ALONE = rf"(?<![\d.¥￥$第每几年{ZH_NUMERALS}])"
_SHIFT = r"(?P<shift>上上|上|这|本|当|下下|下)(?:一?个|一)?"
_WEEK = r"(?:周|星期|礼拜)"
_BOUGHT = r"买|下的?单|下的|拍|订|付"
_SHIFTS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_YEAR_SHIFTS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(i + 1): i for i in range(7)}
_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_PARTS = {"初": 0, "上旬": 0, "中": 1, "中旬": 1, "底": 2, "末": 2, "下旬": 2}
# Days ago, from and to.
_VAGUE = {
    "前几天": (7, 2), "前些天": (7, 2), "前两天": (4, 1), "前阵子": (60, 4), "前段时间": (60, 4),
    "天": (7, 2), "周": (35, 14), "个星期": (35, 14), "个礼拜": (35, 14), "个月": (180, 60),
}  # fmt: skip
_HOLIDAYS = {
    **dict.fromkeys(("双十一", "双11", "光棍节"), (11, 11)), **dict.fromkeys(("双十二", "双12"), (12, 12)), "618": (6, 18),
    "元旦": (1, 1), **dict.fromkeys(("国庆", "国庆节", "十一"), (10, 1)), **dict.fromkeys(("五一", "劳动节"), (5, 1)),
    **dict.fromkeys(("六一", "儿童节"), (6, 1)), **dict.fromkeys(("圣诞", "圣诞节"), (12, 25)), "平安夜": (12, 24),
    "情人节": (2, 14), **dict.fromkeys(("三八节", "妇女节"), (3, 8)), "教师节": (9, 10),
}  # fmt: skip
# "十一" and "618" are numbers first of all; "李国庆" is a person and a "圣诞树" is goods.
_HOLIDAY = (
    rf"{_YEAR}(?:(?P<sure>双十[一二]|双1[12]|光棍节|元旦|(?<![王李张刘陈杨赵黄周吴徐孙])国庆节?|劳动节|儿童节|平安夜|情人节|三八节|妇女节|教师节"
    rf"|圣诞节|圣诞(?![树帽袜老装礼])|(?<![\d{ZH_NUMERALS}])[五六]一(?![\d{ZH_NUMERALS}个点些样直定起共广路]))"
    rf"|(?<![\d.{ZH_NUMERALS}])(?P<number>618|十一)(?=假期|长假|黄金周|期间|大促|活动|那天|当天|的?时候|{_BOUGHT}))"
)


def _int(text: str) -> int:
    number = number_zh(text)
    if number is None:
        raise ValueError(text)
    return int(number)


def _year(match: re.Match[str], today: date) -> int | None:
    if near := match["near_year"]:
        return today.year + _YEAR_SHIFTS[near]
    if not match["year"]:
        return None
    year = _int(match["year"])
    return year + 2000 if year < 100 else year


def _day(match: re.Match[str], moment: Moment) -> Span:
    """A day of a month, or several: "11月3到5号"."""
    groups = match.groupdict()
    month, day = _int(match["m"]), _int(match["d"])
    last_day = _int(groups["d2"]) if groups.get("d2") else day
    last_month = _int(groups["m2"]) if groups.get("m2") else month
    year = _year(match, moment.today) if "year" in groups else None

    def make(year: int) -> Span:
        return date(year, month, day), date(year + (last_month < month), last_month, last_day)

    first, last = make(year) if year else nearest_year(moment, make)
    if last < first:
        raise ValueError(match.group())
    return first, last


def _day_of_shifted_month(match: re.Match[str], moment: Moment) -> Span:
    return on(month_from(moment.today, _SHIFTS[match["shift"]])[0].replace(day=_int(match["d"])))


def _month(match: re.Match[str], moment: Moment) -> Span:
    month, year = _int(match["m"]), _year(match, moment.today)
    return month_of(year, month) if year else nearest_year(moment, lambda year: month_of(year, month))


def _part_of_month(match: re.Match[str], moment: Moment) -> Span:
    part = _PARTS[match["part"]]
    if match["m"]:
        return part_of_month(_month(match, moment), part)
    if match["shift"]:
        return part_of_month(month_from(moment.today, _SHIFTS[match["shift"]]), part)
    first, last = part_of_month(month_from(moment.today, 0), part)
    if moment.ahead and last < moment.today:
        return part_of_month(month_from(moment.today, 1), part)
    if not moment.ahead and first > moment.today:
        return part_of_month(month_from(moment.today, -1), part)
    return first, last


def _weekday(match: re.Match[str], moment: Moment) -> Span | None:
    shift, said = match["shift"], match["w"]
    if said == "末":
        if not shift and not re.match(_BOUGHT, match.string[match.end() :]):
            return None
        friday = week_from(moment.today, _SHIFTS[shift] if shift else 0 if moment.ahead else -1)[1]
        return friday - timedelta(days=1), friday
    if not shift:
        return nearest_weekday(moment, _WEEKDAYS[said])
    first = day_of_week(moment.today, _SHIFTS[shift], _WEEKDAYS[said])[0]
    last = day_of_week(moment.today, _SHIFTS[shift], _WEEKDAYS[match["w2"] or said])[0]
    return (first, last) if first <= last else on(first)


def _length_away(match: re.Match[str], moment: Moment, sign: int) -> Span | None:
    lengths = read_length(match)
    if lengths is None or match["unit"] in ("小时", "钟头", "分钟", "日"):
        return None
    days = sorted(away(moment.today, length, sign) for length in lengths)
    return days[0], days[1]


def _recent(match: re.Match[str], moment: Moment) -> Span | None:
    span = _length_away(match, moment, -1)
    return (span[0], moment.today) if span else None


def _vague(match: re.Match[str], moment: Moment) -> Span:
    far, near = _VAGUE[match["unit"] or match.group()]
    return moment.today - timedelta(days=far), moment.today - timedelta(days=near)


def _holiday(match: re.Match[str], moment: Moment) -> Span:
    month, day = _HOLIDAYS[match["sure"] or match["number"]]
    year = _year(match, moment.today)
    return (
        on(date(year, month, day)) if year else nearest_year(moment, lambda year: on(date(year, month, day)))
    )


CHINESE = (
    *rules(
        "月",
        (
            rf"{_ALONE}{_YEAR}(?P<m>{_N})\s?月份?的?\s?(?P<d>{_N})\s?(?:(?:[号日]\s?)?{_TO}(?:(?P<m2>{_N})\s?月\s?)?(?P<d2>{_N})\s?[号日]"
            rf"|[号日](?![线楼])|(?={_BOUGHT}|[收到签那]|\s*$|[,，。.!！?？]))(?:\s?[(（]?{_WEEK}[一二三四五六日天][)）]?)?",
            _day,
        ),
        (rf"{_SHIFT}月的?\s?(?P<d>{_N})\s?[号日]", _day_of_shifted_month),
        (
            rf"{_ALONE}{_YEAR}(?:(?P<m>{_N})\s?月份?|{_SHIFT}月|(?<![个满\d{ZH_NUMERALS}])月)的?"
            r"(?P<part>初|底|末|中旬?(?![国文秋])|上旬|下旬)",
            _part_of_month,
        ),
        (rf"{_SHIFT}月(?![饼球光])", lambda match, moment: month_from(moment.today, _SHIFTS[match["shift"]])),
        (rf"{_ALONE}{_YEAR}(?P<m>{_N})\s?月份?(?![\d饼卡费租票供天])", _month),
    ),
    *rules(
        "周|星期|礼拜",
        (
            rf"(?:每个?|逢){_WEEK}[一二三四五六日天末]|(?<![上这本下个]){_WEEK}[一二三四五六日天]{_TO}{_WEEK}?[一二三四五六日天]",
            no_day,
        ),
        (
            rf"(?<![马早晚每一二两三四五六七八九十\d几])(?:{_SHIFT})?{_WEEK}"
            rf"(?P<w>[二三四五六日天末]|一(?![共直起次样定个些切般边天年月周块])|[1-7](?!\d))(?![次岁])(?:{_TO}{_WEEK}(?P<w2>[一二三四五六日天]))?",
            _weekday,
        ),
        (rf"(?<![马早晚]){_SHIFT}{_WEEK}(?!年)", lambda match, moment: week_from(moment.today, _SHIFTS[match["shift"]])),
    ),
    *rules(
        "前",
        (rf"(?<![第每几\d.{ZH_NUMERALS}]){LENGTH_ZH}\s?[之以]?前(?![台面后往途任夫])", partial(_length_away, sign=-1)),
        (r"(?<!的)前[几些两]天|前阵子|前段时间|几(?P<unit>天|周|个星期|个礼拜|个月)[之以]?前", _vague),
    ),
    *rules(
        "后",
        (
            rf"(?<![第每几\d.后了过满用收货到款单签{ZH_NUMERALS}]){LENGTH_ZH}\s?[之以]?后(?![台面果])",
            partial(_length_away, sign=1),
        ),
    ),
    *rules("近|过去", (rf"(?:最近|(?<!附)近|(?<!已)(?<!已经)过去)(?:的|这)?{LENGTH_ZH}", _recent)),
    *rules(
        "前|昨|今|明|后",
        (
            r"(?P<day>大前|(?<![以之])前|昨|今|明|大后|(?<![以之然最售今此往收签货到])后)(?:天(?!数)|日(?![期报子志记])|儿)"
            r"|(?P<night>[前昨今明])(?:晚(?!饭|餐)|早(?!餐)|夜|晨)",
            lambda match, moment: shifted(moment.today, _DAYS[match["day"] or match["night"]]),
        ),
    ),
    *rules("双|光棍|元旦|国庆|劳动|儿童|平安夜|情人|三八|妇女|教师|圣诞|五一|六一|618|十一", (_HOLIDAY, _holiday)),
    *rules(
        "号|日",
        (r"(?<![\d.¥￥$])(?P<m>\d{1,2})\.(?P<d>\d{1,2})\s?[号日](?![线楼])", _day),
        (
            rf"(?<![\d.月路街巷弄道村栋区幢楼院线室门第大小加中换穿码尺{ZH_NUMERALS}-])(?P<d>{_N})\s?[号日]"
            rf"(?=(?:那天|当天|左右|早上|上午|中午|下午|晚上?|就|才)?\s?(?:{_BOUGHT}|收到|签收|到的|到货|申请|退的|发的|那[天单]|的(?:订单|那?单)))",
            lambda match, moment: nearest_day_of_month(moment, _int(match["d"])),
        ),
    ),
    *rules(
        "年",
        (
            r"(?P<near_year>[去前]年)|(?<!\d)(?P<year>(?:19|20)\d{2})年",
            lambda match, moment: year_of(_year(match, moment.today) or 0),
        ),
    ),
)  # fmt: skip
