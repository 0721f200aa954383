"""How the assistant speaks: its name, how it addresses customers, what it says at hello and goodbye, and never."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tools.domain import Language
from tools.policy.card_file import CardHead, Strict

Address = Literal["您", "你"]
PLACEHOLDERS = frozenset({"{shop}", "{name}"})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")
# "你们" speaks to several people, whatever a single one is called.
_FAMILIAR = re.compile(r"你(?!们)")


@dataclass(frozen=True, slots=True)
class Speech:
    """What the card says for one language. `banned` words are compared without regard to case.

    `greeting` is "" for the built-in one; `{shop}` and `{name}` in it stand for the shop and the assistant.
    `style` goes to the end of the model's instructions.
    """

    name: str
    greeting: str = ""
    sign_off: str = ""
    style: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    use_name: bool = False


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """`address` is what a Chinese text calls the customer. `use_name`: a known customer is greeted by name, once."""

    version: int
    effective_from: date
    effective_until: date | None
    zh: Speech
    en: Speech
    address: Address = "您"
    emoji: bool = False
    use_name: bool = False

    id = "voice"

    def of(self, language: Language) -> Speech:
        return self.zh if language == "zh" else self.en

    def objection(self, text: str, language: Language) -> str:
        """Why this assistant does not say `text`; "" where it may."""
        if word := banned_in(text, self.of(language).banned):
            return f"says “{word}”, which the voice card bans"
        if not self.emoji and (sign := _emoji_of(text)):
            return f"has the emoji {sign}, which the voice card does not allow"
        return ""

    def polished(self, text: str, language: Language) -> str:
        """A model's sentence with the card's word for the customer, and without pictures that nobody asked for."""
        if not self.emoji:
            text = "".join(char for char in text if not is_emoji(char)).strip()
        return self.addressed(text, language)

    def addressed(self, text: str, language: Language) -> str:
        """The text with the card's word for the customer."""
        if language != "zh":
            return text
        return _FAMILIAR.sub("您", text) if self.address == "您" else text.replace("您", "你")


def banned_in(text: str, banned: tuple[str, ...]) -> str:
    """The first banned word that stands in a text, "" for none. Latin words count as whole words only."""
    flat = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return next((word for word in banned if _pattern(word).search(flat)), "")


def is_emoji(char: str) -> bool:
    """Whether a sign is a picture; ✓, → and currency signs are none."""
    return char == "\ufe0f" or 0x1F000 <= ord(char) <= 0x1FAFF or char in "☀☁☂☃☺☹♥❤⭐✨⏰☎"


def _emoji_of(text: str) -> str:
    return next((char for char in text if is_emoji(char) and char.isprintable()), "")


def _pattern(word: str) -> re.Pattern[str]:
    flat = re.escape(" ".join(unicodedata.normalize("NFKC", word).casefold().split()))
    before = r"(?<![a-z0-9])" if word[:1].isascii() and word[:1].isalnum() else ""
    after = r"(?![a-z0-9])" if word[-1:].isascii() and word[-1:].isalnum() else ""
    return re.compile(before + flat + after)


def _one_line(text: str) -> str:
    if not text.strip() or text != text.strip():
        raise ValueError("is empty or begins or ends with a blank")
    if not all(char.isprintable() for char in text):
        raise ValueError("holds a line break or an invisible character")
    return text


def _greeting(text: str) -> str:
    if strange := [each for each in _PLACEHOLDER.findall(text) if each not in PLACEHOLDERS]:
        raise ValueError(f"{strange[0]} stands for nothing; only {', '.join(sorted(PLACEHOLDERS))} do")
    return text


_Line = Annotated[str, AfterValidator(_one_line)]


class _Speech(Strict):
    name: Annotated[_Line, Field(max_length=20)]
    greeting: Annotated[_Line, Field(max_length=160), AfterValidator(_greeting)] | None = None
    sign_off: Annotated[_Line, Field(max_length=80)] | None = None
    style: list[Annotated[_Line, Field(max_length=160)]] = Field(default=[], max_length=2)
    banned: list[Annotated[_Line, Field(max_length=40)]] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def _keeps_its_own_rule(self) -> _Speech:
        for field in ("name", "greeting", "sign_off"):
            if word := banned_in(getattr(self, field) or "", tuple(self.banned)):
                raise ValueError(f"{field} says “{word}”, which is banned below")
        return self

    def freeze(self, use_name: bool) -> Speech:
        return Speech(
            self.name,
            self.greeting or "",
            self.sign_off or "",
            tuple(self.style),
            tuple(self.banned),
            use_name,
        )


class VoiceCardFile(CardHead):
    """`voice.card.yaml`."""

    id: Literal["voice"]
    address: Address = "您"
    emoji: bool = False
    use_name: bool = False
    zh: _Speech
    en: _Speech

    @model_validator(mode="after")
    def _says_what_it_allows(self) -> VoiceCardFile:
        for language, speech in (("zh", self.zh), ("en", self.en)):
            said = " ".join(filter(None, (speech.name, speech.greeting, speech.sign_off)))
            if not self.emoji and (sign := _emoji_of(said)):
                raise ValueError(f"{language} has the emoji {sign}, but emoji is false")
        chinese = f"{self.zh.greeting or ''}{self.zh.sign_off or ''}"
        if "您" in chinese if self.address == "你" else _FAMILIAR.search(chinese):
            raise ValueError(
                f"zh: greeting or sign_off does not call the customer {self.address}, as address does"
            )
        return self

    def freeze(self) -> VoiceCard:
        return VoiceCard(
            self.version, self.effective_from, self.effective_until,
            self.zh.freeze(self.use_name), self.en.freeze(self.use_name), self.address, self.emoji, self.use_name,
        )  # fmt: skip


DEFAULT_VOICE = VoiceCard(1, date(1970, 1, 1), None, Speech("Kefu"), Speech("Kefu"))
