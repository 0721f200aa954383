"""The ways in which the same message can be written, and whole conversations written so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from eval.cases.schema import MOST_CHARACTERS
from eval.perturb.chinese import pinyin_slips, simplified_traditional, wrong_characters
from eval.perturb.english import capitals, typos
from eval.perturb.errors import PerturbationError
from eval.perturb.framing import emoji, noise, politeness
from eval.perturb.mixing import code_switching
from eval.perturb.protect import is_answer, kept_pieces, survive
from eval.perturb.reordering import reordering
from eval.perturb.signs import punctuation, spacing
from tools.domain import Language

Change = Callable[[str, Language, Random], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of writing a message differently, without saying anything else."""

    name: str
    about: str
    languages: tuple[Language, ...]
    change: Change
    keeps_words: bool = True
    """Whether words such as "three" and "not" stay as they stand; where not, only their letters do."""

    def __call__(self, text: str, language: Language, random: Random) -> str | None:
        """The message written so; None where this kind does not apply or might change what is meant."""
        if language not in self.languages or is_answer(text):
            return None
        changed = self.change(text, language, random)
        if changed is None or changed == text or not 0 < len(changed) <= MOST_CHARACTERS:
            return None
        return changed if survive(kept_pieces(text, self.keeps_words), changed) else None


_ALL: tuple[Kind, ...] = (
    Kind("typos", "A letter of a longer word is wrong, missing, doubled or swapped.", ("en",), typos),
    Kind("wrong_characters", "Characters that sound or look alike stand for the right ones.", ("zh",), wrong_characters),
    Kind("simplified_traditional", "Traditional characters instead of simplified ones.", ("zh",), simplified_traditional),
    Kind("pinyin_slips", "The input method gave another word, or the letters stand as typed.", ("zh",), pinyin_slips),
    Kind("code_switching", "A word or two are in the other language.", ("zh", "en"), code_switching),
    Kind("emoji", "Emoji at an end or between clauses.", ("zh", "en"), emoji),
    Kind("capitals", "All capitals, no capitals, or no apostrophes.", ("en",), capitals, keeps_words=False),
    Kind("politeness", "A courteous or brusque phrase before or after.", ("zh", "en"), politeness),
    Kind("reordering", "Two clauses have changed places.", ("zh", "en"), reordering),
    Kind("noise", "Greetings, fillers, repeated signs, stray spaces, signs of the other width.", ("zh", "en"), noise),
    Kind("punctuation", "Punctuation is left out or doubled.", ("zh", "en"), punctuation),
    Kind("spacing", "Spaces stand where they do not belong, or are missing.", ("zh", "en"), spacing),
)  # fmt: skip
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})


def kind_named(name: str) -> Kind:
    """The kind of that name; raises `PerturbationError` with the names there are."""
    if name not in KINDS:
        raise PerturbationError(f"no perturbation is called {name!r}; there are {', '.join(KINDS)}")
    return KINDS[name]


def perturbed(text: str, language: Language, kind: str, seed: int) -> str | None:
    """One message written so, the same for the same seed, kind and text on every machine; None as with `Kind`.

    Raises `PerturbationError` for a kind that does not exist.
    """
    return kind_named(kind)(text, language, _random(seed, kind, text))


def variant(messages: Sequence[str], language: Language, kind: str, seed: int) -> tuple[str, ...] | None:
    """A conversation in which every message that can be is written so; None where no message changed.

    Raises `PerturbationError` for a kind that does not exist.
    """
    changed = [perturbed(text, language, kind, seed) for text in messages]
    if all(text is None for text in changed):
        return None
    return tuple(old if new is None else new for old, new in zip(messages, changed, strict=True))


def variants(
    messages: Sequence[str], language: Language, kinds: Iterable[str] = (), seed: int = 0
) -> dict[str, tuple[str, ...] | None]:
    """The conversation once for each kind, by its name; all kinds of the language where none are named.

    Raises `PerturbationError` for a kind that does not exist.
    """
    wanted = tuple(kinds) or tuple(kind.name for kind in _ALL if language in kind.languages)
    return {name: variant(messages, language, name, seed) for name in wanted}


def _random(seed: int, kind: str, text: str) -> Random:
    digest = hashlib.sha256(f"{seed}\0{kind}\0{text}".encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))
