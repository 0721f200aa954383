"""Stage six: nothing leaves that is not supported. What a reply says and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from agent.ledger import checks, fixed
from agent.ledger.held import Held
from agent.ledger.parts import parts_of
from agent.ledger.pieces import Material, read
from agent.ledger.quote import cleared, lead, nearest_sentence, quotable
from agent.ledger.words import without_enumeration
from agent.types import Citation, Claim, ClaimPart, Draft, Reply
from retrieval.passages import Passage
from tools.domain import Language

Emit = Callable[[str], None]
Alike = Callable[[str, str], float]


@dataclass
class _Ledger:
    """The reply as it grows."""

    language: Language
    emit: Emit
    today: date | None = None
    timezone: ZoneInfo | None = None
    alike: Alike | None = None
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def say(self, text: str, separator: str) -> None:
        piece = (separator if self.text else "") + text
        self.text += piece
        self.emit(piece)

    def cite(self, passage: Passage, quote: str) -> int:
        """The number of a passage in this reply; the first quote stands."""
        for citation in self.citations:
            if citation.passage_id == passage.id:
                return citation.n
        n = len(self.citations) + 1
        self.citations.append(
            Citation(
                n, passage.id, passage.document_id, passage.title, passage.heading, passage.revision, quote
            )
        )
        return n


def verify(
    drafts: Iterable[Draft],
    language: Language,
    emit: Emit,
    today: date | None = None,
    timezone: ZoneInfo | None = None,
    alike: Alike | None = None,
) -> Reply:
    """Check drafts sentence by sentence, call `emit` with each piece that may leave, return the whole reply.

    An unsupported sentence is dropped and stays in the ledger with the reason. Where nothing of an answer
    is left, the best passage itself is quoted.

    `today` is the day that "tomorrow" is told from, `timezone` the one in which fixed texts tell times. `alike`
    says how near two sentences are in meaning (0..1, the cosine of their vectors); without it nothing rests on a
    passage in another language.
    """
    ledger = _Ledger(language, emit, today, timezone, alike)
    for draft in drafts:
        if draft.sentences is None:
            _fixed(draft, ledger)
        else:
            _answer(draft, ledger)
    return Reply(ledger.text, tuple(ledger.citations), tuple(ledger.claims))


def _fixed(draft: Draft, ledger: _Ledger) -> None:
    """A text of ours leaves without the lines that neither its facts nor its template account for."""
    source = f"template:{draft.part}"
    kept: list[str] = []
    parts: list[ClaimPart] = []
    for line, found in fixed.trace(draft, ledger.language, ledger.timezone):
        if why := fixed.objection(found):
            ledger.claims.append(_claim(line, found, source, why))
            continue
        offset = sum(len(each) + 1 for each in kept)
        parts += [replace(each, start=each.start + offset, end=each.end + offset) for each in found]
        kept.append(line)
    text = "\n".join(kept)
    if not text.strip() and draft.text.strip():
        return
    marks = "".join(f" [{ledger.cite(passage, lead(passage))}]" for passage in draft.cites)
    ledger.claims.append(_claim(text, tuple(parts), source, ""))
    ledger.say(text + marks, "\n\n")


def _answer(draft: Draft, ledger: _Ledger) -> None:
    said: set[str] = set()
    for sentence in draft.sentences or ():
        claim, passage, quote = _check(sentence, draft, ledger)
        if claim.supported and sentence in said:
            continue
        ledger.claims.append(claim)
        if claim.supported:
            listed = sentence != without_enumeration(sentence)
            separator = "\n\n" if not said else "\n" if listed else "" if ledger.language == "zh" else " "
            ledger.say(f"{sentence} [{ledger.cite(passage, quote)}]", separator)
            said.add(sentence)
    if not said:
        _quote(draft, ledger)


def _quote(draft: Draft, ledger: _Ledger) -> None:
    """The best passage of which something may be shown, in its own words."""
    for hit in draft.hits:
        if text := quotable(hit.passage):
            source = f"passage:{hit.passage.id}"
            held = Held(read(text, "", hit.passage.language), _material(hit.passage), ledger.today)
            ledger.claims.append(replace(_claim(text, parts_of(held, source, 0), source, ""), why="quoted"))
            ledger.say(f"{text} [{ledger.cite(hit.passage, lead(hit.passage))}]", "\n\n")
            return


def _check(sentence: str, draft: Draft, ledger: _Ledger) -> tuple[Claim, Passage, str]:
    """Hold a sentence against the passages, the one that has most of its words first."""
    bare = without_enumeration(sentence)
    said = read(bare, "", ledger.language)
    passages = sorted(
        (hit.passage for hit in draft.hits), key=lambda each: -said.words.share_in(_material(each).words)
    )
    tried = [_hold(sentence, said, passage, ledger) for passage in passages[:1]]
    for passage in passages[1:]:
        if tried[0][0].supported:
            break
        tried.append(_hold(sentence, said, passage, ledger))
    return next((each for each in tried if each[0].supported), tried[0])


def _hold(sentence: str, said: Material, passage: Passage, ledger: _Ledger) -> tuple[Claim, Passage, str]:
    held = Held(said, _material(passage), ledger.today)
    quote = nearest_sentence(said.words, passage, ledger.language)
    why = next(checks.objections(held), "")
    if not why and passage.language != ledger.language:
        why = _unlike(said.text, held, ledger.alike)
    source = f"passage:{passage.id}"
    parts = parts_of(held, source, len(sentence) - len(said.text))
    return _claim(sentence, parts, source, why), passage, quote


def _unlike(sentence: str, held: Held, alike: Alike | None) -> str:
    """Why a sentence does not rest on a passage in another language."""
    if alike is None:
        return "the passage is in another language, and nothing compares their meaning"
    near = max((alike(sentence, unit.text) for unit in held.source.units), default=0.0)
    return f"only {near:.0%} alike to the passage" if near < checks.LEAST_ALIKE else ""


def _material(passage: Passage) -> Material:
    return read(cleared(passage).text, passage.context, passage.language)


def _claim(sentence: str, parts: tuple[ClaimPart, ...], source: str, why: str) -> Claim:
    """`why` it may not leave, "" when it may."""
    values = tuple(
        dict.fromkeys(part.value for part in parts if part.kind not in ("rule", "name", "promise"))
    )
    return Claim(sentence, values, source, not why, why, parts)
