"""Stage five: drafts of what to say. Fixed texts from templates, answers from knowledge by the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.act import Outcome
from agent.language_model import CancelToken, ModelError
from agent.plan import UNHURRIED, Budget
from agent.questions import method_name
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
# Showing costs the customer a glance: of 50 tune questions 12 % bring a second passage, 4 % are answered by it alone.
SHOWN_SHARE = 0.5
MOST_CHARACTERS = {"zh": 420, "en": 1300}


@dataclass(frozen=True)
class Voice:
    """What composing needs besides the turn itself."""

    texts: Texts
    writer: Writer
    knowledge: Knowledge
    store: OrderStore
    card: ReturnCard
    budget: Budget = UNHURRIED
    conversation: str = ""


def compose(
    decision: Decision, outcome: Outcome, understanding: Understanding, evidence: Evidence,
    voice: Voice, cancel: CancelToken, writing: Writing,
) -> Iterator[Draft]:  # fmt: skip
    """Yield the reply's drafts in order; the model is asked only when its draft is read."""
    for part in decision.parts:
        if part.template == "policy":
            yield from _answers(part, understanding.language, voice, cancel, writing)
        elif part.template == "approved":
            yield _approved(part, understanding.language, voice, cancel, writing)
        else:
            yield _fixed(part, outcome, evidence, understanding.language, voice)


def _approved(part: Part, language: Language, voice: Voice, cancel: CancelToken, writing: Writing) -> Draft:
    """What authors wrote, letter for letter, unless the voice card bans a word of it."""
    if voice.texts.voice.objection(part.values["text"], language):
        return next(_answers(part, language, voice, cancel, writing))
    return Draft("approved", text=part.values["text"], cites=part.values["cites"])


def _answers(
    part: Part, language: Language, voice: Voice, cancel: CancelToken, writing: Writing
) -> Iterator[Draft]:
    """One answer of the model's from the passages worth reading, or the passages themselves."""
    hits: tuple[Hit, ...] = part.values["hits"]
    if voice.writer.quotes(hits[0].passage, language):
        for hit in worth_showing(hits):
            yield Draft("policy", hits=(hit,), sentences=iter(()))
        return
    hits = worth_reading(hits, language)
    passages = tuple(hit.passage for hit in hits)
    sentences = _write(part.values["question"], passages, language, voice, cancel, writing)
    yield Draft("policy", hits=hits, sentences=sentences)


def _write(
    question: str,
    passages: tuple[Passage, ...],
    language: Language,
    voice: Voice,
    cancel: CancelToken,
    writing: Writing,
) -> Iterator[str]:
    """Sentences from the model; when it cannot, none, and the passage itself is quoted.

    What the shop's voice does not allow is dropped with its reason.
    """
    manner = voice.texts.voice
    try:
        for sentence in voice.writer.answer(
            question, passages, language, cancel, writing, voice.budget, voice.conversation
        ):
            clean = manner.polished(tidy(sentence), language)
            if objection := manner.objection(clean, language):
                writing.dropped.append((clean, objection))
            elif clean:
                yield clean
    except ModelError as error:
        writing.problem = str(error)


def worth_showing(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The best passage, and the second where it may well be the one that answers."""
    first, *rest = hits
    return (first, *(hit for hit in rest[:1] if hit.score >= first.score * SHOWN_SHARE))


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
    template = part.template
    if template == "proposal" and outcome.proposal is not None:
        proposal = outcome.proposal
        template = _of_kind("proposal", proposal.kind)
        order = next((o for o in evidence.orders if o.id == order_id_of(proposal.command)), None)
        values |= {
            "proposal": proposal,
            "effect": proposal.effect,
            "command": proposal.command,
            "order": order,
        }
        values |= {"pays": _pays(order), "methods": _methods(evidence, language)}
        cites = _section(proposal.effect.passage, language, voice, evidence)
    elif template == "receipt" and outcome.receipt is not None:
        template = (
            "receipt" if outcome.receipt.kind == "return_started" else f"receipt_{outcome.receipt.kind}"
        )
        values |= {"receipt": outcome.receipt, "methods": _methods(evidence, language)}
    elif template in ("balances", "order_facts", "order_details"):
        values |= {"names": _methods(evidence, language)}
    elif template == "denied":
        values |= {"card": voice.card, "methods": _methods(evidence, language)}
        cites = _section(values["denied"].passage, language, voice, evidence)
    elif template == "return_window":
        cites = tuple(
            dict.fromkeys(
                each for rule in values["rules"] for each in _section(rule, language, voice, evidence)
            )
        )
    text = voice.texts.render(language, template, **values)
    # Authors vouch for what they wrote into their own texts and the voice card.
    facts = values | {
        "voice": voice.texts.voice.of(language),
        "texts": voice.texts.own_words(language, template),
    }
    return Draft(part.template, text=text, cites=cites, facts=facts)


def _of_kind(template: str, kind: str) -> str:
    return template if kind == "start_return" else f"{template}_{kind}"


def _methods(evidence: Evidence, language: Language) -> dict[str, str]:
    """What the customer calls each of their payment methods, by its id."""
    customer = evidence.identified
    return {each.id: method_name(each, language) for each in customer.payment_methods} if customer else {}


def _section(topic: str, language: Language, voice: Voice, evidence: Evidence) -> tuple[Passage, ...]:
    return tuple(voice.knowledge.section(topic, language, evidence.now.date())[:1]) if topic else ()


def _pays(order: object) -> list[str]:
    """The kinds of payment that the money came by, each once."""
    kinds = [payment.kind.value for payment in getattr(order, "payments", ())]
    return list(dict.fromkeys(kinds))
