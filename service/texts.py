"""The shop's texts: built-in ones, an author's own in their place, and the voice of every day."""

from __future__ import annotations

import hashlib
from pathlib import Path

from knowledge.check.hostile import orders_in
from prompts.render import Texts
from prompts.sources import LANGUAGES, TextsUnusable
from tools.errors import CardError
from tools.policy.cards import PolicyBook
from tools.policy.voice import VoiceCard

OVERRIDES = "texts"


def open_texts(policies: PolicyBook, folder: Path) -> Texts:
    """The texts of the policies folder `folder`, checked in every voice that a card of it gives them.

    Raises `CardError` for a voice card that speaks to the model as nobody should, and `TextsUnusable` with every
    problem of the author's texts.
    """
    if found := [problem for voice in policies.voices for problem in _hostile(voice)]:
        raise CardError("\n".join(found))
    first, *others = policies.voices
    texts = Texts(policies.timezone, first, folder / OVERRIDES)
    for voice in others:
        texts.spoken_in(voice)
    return texts


def texts_fingerprint(texts: Texts, policies: PolicyBook) -> str:
    """16 hex digits over the texts in every voice."""
    voices = (texts.spoken_in(voice).fingerprint for voice in policies.voices)
    return hashlib.sha256(" ".join(voices).encode()).hexdigest()[:16]


def _hostile(voice: VoiceCard) -> list[str]:
    """Lines of a voice card that would reach the model as instructions of somebody else."""
    found = []
    for language in LANGUAGES:
        speech = voice.of(language)
        for line in (speech.name, speech.greeting, speech.sign_off, *speech.style):
            if words := orders_in(line):
                found.append(
                    f"the voice card of {voice.effective_from}: {language}: “{words}” gives the model orders that no "
                    "style is; say how the assistant sounds"
                )
    return found


__all__ = ["OVERRIDES", "TextsUnusable", "open_texts", "texts_fingerprint"]
