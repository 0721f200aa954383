"""Loads and fills the texts of this folder, or an author's own in their place."""

from __future__ import annotations

import hashlib
import logging
from copy import copy
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.sources import LANGUAGES, Sources, TextsUnusable, constants, problems
from tools.domain import Language, Money, Text
from tools.policy.voice import DEFAULT_VOICE, VoiceCard

FOLDER = Path(__file__).parent
_WEEKDAYS = "一二三四五六日"
_log = logging.getLogger(__name__)


class Texts:
    """The texts in both languages, in one voice. A missing value or file is an error, never an empty string.

    `overrides` is a folder of an author's own texts, `zh/NAME.j2` and `en/NAME.j2`; they are looked for first and
    run in a sandbox. Raises `TextsUnusable` with every problem of theirs, and for words that the voice card bans.
    """

    def __init__(
        self,
        timezone: ZoneInfo,
        voice: VoiceCard = DEFAULT_VOICE,
        overrides: Path | None = None,
        folder: Path = FOLDER,
    ) -> None:
        self._speak(timezone, voice, Sources.read(folder, overrides))
        self._in = lru_cache(maxsize=4)(self._in_voice)

    def _speak(self, timezone: ZoneInfo, voice: VoiceCard, sources: Sources) -> None:
        self.voice, self._timezone, self._sources = voice, timezone, sources
        self._environments = {each: self._environment(each) for each in LANGUAGES}
        self._check()

    def render(self, language: Language, template: str, **values: Any) -> str:
        """Fill `template`.j2; blank lines at the ends are dropped.

        An author's text that fails on some values, or comes to nothing, gives way to the built-in one.
        """
        if template in self._sources.own[language]:
            try:
                if text := self._filled(language, f"{template}.j2", values):
                    return text
                _log.warning("texts/%s/%s.j2 came to nothing; the built-in text was said", language, template)
            except Exception as error:
                # Only values show it, and a customer waits: their turn must not fail for a slip in a text.
                _log.warning("texts/%s/%s.j2: %s; the built-in text was said", language, template, error)
        return self._filled(language, f"builtin/{template}.j2", values)

    def spoken_in(self, voice: VoiceCard) -> Texts:
        """The same texts in another voice."""
        return self if voice == self.voice else self._in(voice)

    def own_words(self, language: Language, template: str) -> str:
        """What an author's own text says whatever it is filled with; "" where there is none."""
        source = self._sources.own[language].get(template, "")
        return " ".join(said for _, said in constants(self._environments[language].parse(source)))

    @property
    def fingerprint(self) -> str:
        """16 hex digits over all texts, built-in and the author's own, and the voice."""
        digest = hashlib.sha256(repr(self.voice).encode())
        for name, text in self._sources.everything():
            digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()[:16]

    def _in_voice(self, voice: VoiceCard) -> Texts:
        other = copy(self)
        other._speak(self._timezone, voice, self._sources)
        return other

    def _filled(self, language: Language, name: str, values: dict[str, Any]) -> str:
        return self._environments[language].get_template(name).render(**values).strip()

    def _check(self) -> None:
        found = list(self._sources.unreadable)
        for language in LANGUAGES:
            found += problems(self._sources, language, self._environments[language], self.voice)
        if found:
            raise TextsUnusable("\n".join(found))

    def _environment(self, language: Language) -> ImmutableSandboxedEnvironment:
        environment = ImmutableSandboxedEnvironment(
            loader=self._sources.loader(language, self.voice), undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, keep_trailing_newline=False, autoescape=False, auto_reload=False,
        )  # fmt: skip
        environment.globals = {"voice": self.voice.of(language)} | {
            name: environment.globals[name] for name in ("range", "namespace")
        }
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
