"""Stage five: drafts of what to say. Fixed texts from templates, answers from knowledge by the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.act import Outcome
from agent.language_model import CancelToken, ModelError
from agent.retrieve import Knowledge
from agent.types import Decision, Draft, Evidence, Part, Understanding
from agent.write import Writer, Writing, tidy
from prompts.render import Texts
from retrieval.passages import Passage
from retrieval.search import Hit
from tools.domain import Language, order_id_of
from tools.policy.return_card import ReturnCard
from tools.store.protocol import OrderStore

# Reading is slow on a small machine: a second passage only where it may well be the one that answers.
SECOND_SHARE = 0.85
MOST_CHARACTERS = {"zh": 420, "en": 1300}

Render = Callable[..., str]


@dataclass(frozen=True)
class Voice:
    """What composing needs besides the turn itself."""

    texts: Texts
    writer: Writer
    knowledge: Knowledge
    store: OrderStore
    card: ReturnCard


def compose(
    decision: Decision, outcome: Outcome, understanding: Understanding, evidence: Evidence,
    voice: Voice, cancel: CancelToken, writing: Writing,
) -> Iterator[Draft]:  # fmt: skip
    """Yield the reply's drafts in order; the model is asked only when its draft is read."""
    for part in decision.parts:
        if part.template == "policy":
            yield _answer(part, understanding.language, voice, cancel, writing)
        else:
            yield _fixed(part, outcome, evidence, understanding.language, voice)


def _answer(part: Part, language: Language, voice: Voice, cancel: CancelToken, writing: Writing) -> Draft:
    hits = worth_reading(part.values["hits"], language)
    passages = tuple(hit.passage for hit in hits)
    return Draft(
        "policy",
        hits=hits,
        sentences=_write(part.values["question"], passages, language, voice, cancel, writing),
    )


def _write(
    question: str,
    passages: tuple[Passage, ...],
    language: Language,
    voice: Voice,
    cancel: CancelToken,
    writing: Writing,
) -> Iterator[str]:
    """Sentences from the model; when it cannot, none, and the passage itself is quoted."""
    try:
        for sentence in voice.writer.answer(question, passages, language, cancel, writing):
            if clean := tidy(sentence):
                yield clean
    except ModelError as error:
        writing.problem = str(error)


def worth_reading(hits: tuple[Hit, ...], language: Language) -> tuple[Hit, ...]:
    """The best passage, and the second where it scores nearly as well and both are short enough."""
    first, *rest = hits
    near = [hit for hit in rest[:1] if hit.score >= first.score * SECOND_SHARE]
    total = sum(len(hit.passage.text) for hit in (first, *near))
    return (first, *near) if total <= MOST_CHARACTERS[language] else (first,)


def _fixed(part: Part, outcome: Outcome, evidence: Evidence, language: Language, voice: Voice) -> Draft:
    values = dict(part.values)
    shop = {"zh": voice.store.meta("name.zh") or "", "en": voice.store.meta("name.en") or ""}[language]
    values |= {"shop": shop, "customer": evidence.identified}
    cites: tuple[Passage, ...] = ()
    if part.template == "proposal" and outcome.proposal is not None:
        effect = outcome.proposal.effect
        order = next(o for o in evidence.orders if o.id == order_id_of(outcome.proposal.command))
        values |= {"proposal": outcome.proposal, "effect": effect, "order": order, "pays": _pays(order)}
        cites = _section(effect.passage, language, voice)
    elif part.template == "receipt" and outcome.receipt is not None:
        values |= {"receipt": outcome.receipt}
    elif part.template == "denied":
        values |= {"card": voice.card}
        cites = _section(values["denied"].passage, language, voice)
    return Draft(part.template, text=voice.texts.render(language, part.template, **values), cites=cites)


def _section(topic: str, language: Language, voice: Voice) -> tuple[Passage, ...]:
    return tuple(voice.knowledge.section(topic, language)[:1])


def _pays(order: object) -> list[str]:
    """The kinds of payment that the money came by, each once."""
    kinds = [payment.kind.value for payment in getattr(order, "payments", ())]
    return list(dict.fromkeys(kinds))
