"""Loads and fills the texts of this folder."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.domain import Language, Money, Text

FOLDER = Path(__file__).parent
_WEEKDAYS = "一二三四五六日"


class Texts:
    """The texts in both languages. A missing value or file is an error, never an empty string."""

    def __init__(self, timezone: ZoneInfo, folder: Path = FOLDER) -> None:
        self._timezone = timezone
        self._environments = {
            language: self._environment(folder / language, language) for language in ("zh", "en")
        }

    def render(self, language: Language, template: str, **values: Any) -> str:
        """Fill `template`.j2; blank lines at the ends are dropped."""
        return self._environments[language].get_template(f"{template}.j2").render(**values).strip()

    def _environment(self, folder: Path, language: Language) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=False, autoescape=False,
        )  # fmt: skip
        environment.filters["text"] = lambda text: _text(text, language)
        environment.filters["money"] = _money
        environment.filters["day"] = lambda moment: self._day(moment, language)
        environment.filters["date"] = lambda text: _date(text, language)
        environment.filters["moment"] = lambda moment: self._moment(moment, language)
        return environment

    def _day(self, moment: datetime | str, language: Language) -> str:
        local = _parse(moment).astimezone(self._timezone)
        if language == "zh":
            return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"
        return f"{local:%a} {local.day} {local:%B}"

    def _moment(self, moment: datetime | str, language: Language) -> str:
        local = _parse(moment).astimezone(self._timezone)
        return (
            f"{self._day(moment, language)} {local:%H:%M}"
            if language == "zh"
            else f"{self._day(moment, language)}, {local:%H:%M}"
        )


def _date(text: str, language: Language) -> str:
    """A calendar day that came as text, without any timezone."""
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B %Y}"


def _parse(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def _text(text: Text, language: Language) -> str:
    return text.in_(language)


def _money(money: Money) -> str:
    return str(money)
