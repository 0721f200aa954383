"""Stage six: nothing leaves that is not supported. The claim ledger of a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent import claims
from agent.sentences import split_sentences
from agent.types import Citation, Claim, Draft, Reply
from retrieval.passages import Passage, plain
from tools.domain import Language

Emit = Callable[[str], None]

# Chosen on hand-made pairs of true and false paraphrases; see tests/agent/test_verify.py.
LEAST_COVERAGE = {"zh": 0.45, "en": 0.55}
LEAST_IN_ORDER = {"zh": 0.6, "en": 0.55}
NEAR = 0.7
SAME_CASE = 0.95
_COMMA = re.compile(r"[，,。；;|]")
_ACT = re.compile(r"退(?!货|款|换)|换(?!货)|取消|refund|return|exchang|cancel|combin")
_CONDITION = re.compile(
    r"如果|若|要是|因|除|时候|的话|只|仅|但|不过|反悔|选择|情况|\b(?:if|when|unless|only|but|except|unlike|otherwise)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[；;]")
QUOTE_LENGTH = 240


@dataclass
class _Ledger:
    """The reply as it grows."""

    language: Language
    emit: Emit
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


def verify(drafts: Iterable[Draft], language: Language, emit: Emit) -> Reply:
    """Check drafts sentence by sentence, call `emit` with each piece that may leave, return the whole reply.

    An unsupported sentence is dropped and stays in the ledger with the reason. Where nothing of an answer
    is left, the best passage itself is quoted.
    """
    ledger = _Ledger(language, emit)
    for draft in drafts:
        if draft.sentences is None:
            _fixed(draft, ledger)
        else:
            _answer(draft, ledger)
    return Reply(ledger.text, tuple(ledger.citations), tuple(ledger.claims))


def _fixed(draft: Draft, ledger: _Ledger) -> None:
    marks = "".join(f" [{ledger.cite(passage, _lead(passage))}]" for passage in draft.cites)
    ledger.claims.append(Claim(draft.text, claims.values(draft.text), f"template:{draft.part}", True))
    ledger.say(draft.text + marks, "\n\n")


def _answer(draft: Draft, ledger: _Ledger) -> None:
    said = 0
    for sentence in draft.sentences or ():
        claim, passage, quote = _check(sentence, draft, ledger.language)
        if (
            claim.supported
            and passage
            and any(claim.sentence == earlier.sentence for earlier in ledger.claims)
        ):
            continue
        ledger.claims.append(claim)
        if claim.supported and passage:
            listed = sentence != claims.without_enumeration(sentence)
            separator = "\n\n" if not said else "\n" if listed else "" if ledger.language == "zh" else " "
            ledger.say(f"{sentence} [{ledger.cite(passage, quote)}]", separator)
            said += 1
    if not said and draft.hits:
        passage = draft.hits[0].passage
        text = quotable(passage)
        ledger.claims.append(Claim(text, claims.values(text), f"passage:{passage.id}", True, "quoted"))
        ledger.say(f"{text} [{ledger.cite(passage, _lead(passage))}]", "\n\n")


def _check(sentence: str, draft: Draft, language: Language) -> tuple[Claim, Passage | None, str]:
    """Find the passage that carries a sentence best and hold the sentence against it."""
    bare = claims.without_enumeration(sentence)
    best, passage = max(
        ((claims.coverage(bare, _source(hit.passage)), hit.passage) for hit in draft.hits),
        key=lambda pair: pair[0],
    )
    found = claims.values(sentence)
    why = _objection(bare, found, best, passage, language)
    quote = _quote(bare, passage)
    return Claim(sentence, found, f"passage:{passage.id}", not why, why), passage, quote


def _objection(
    sentence: str, found: tuple[str, ...], share: float, passage: Passage, language: Language
) -> str:
    """Why a sentence may not leave; empty when it may."""
    if not claims.is_in(sentence, language):
        return "not in the customer's language"
    if claims.promises(sentence):
        return "promises an action without a receipt"
    missing = [value for value in found if value not in claims.supported_values([_source(passage)])]
    if missing:
        return f"not in the passage: {', '.join(missing)}"
    if share < LEAST_COVERAGE[language]:
        return f"only {share:.0%} of its words are in the passage"
    sources = [piece for line in split_sentences(_source(passage)) for piece in _CLAUSE.split(line) if piece]
    near = _nearest(sentence, sources, NEAR)
    if near and all(claims.denies(source) != claims.denies(sentence) for source in near):
        return "says no where the passage says yes, or the reverse"
    if _CONDITION.search(passage.text) and not _CONDITION.search(sentence) and _both_ways(sentence, sources):
        return "leaves out the condition on which the passage says yes or no"
    if _other_payer(sentence, sources):
        return "says that somebody else pays"
    same = max(claims.in_order(sentence, source) for source in (*sources, passage.heading))
    if same < LEAST_IN_ORDER[language]:
        return f"only {same:.0%} of it stands in the passage in this order"
    return ""


def _nearest(sentence: str, sources: list[str], share: float) -> list[str]:
    """The parts of a passage that are closest; those about as close count together.

    "A is free, B is not" supports both.
    """
    scored = [(claims.coverage(sentence, source), source) for source in sources]
    top = max((score for score, _ in scored), default=0.0)
    return [source for score, source in scored if score >= top * share]


def _both_ways(sentence: str, sources: list[str]) -> bool:
    """Whether the passage says yes in one case and no in another to what the sentence says flatly."""
    pieces = [piece for source in sources for piece in _COMMA.split(source) if piece.strip()]
    for act in set(_ACT.findall(sentence.lower())):
        if len({claims.denies(piece) for piece in pieces if act in piece.lower()}) == 2:
            return True
    return False


def _other_payer(sentence: str, sources: list[str]) -> bool:
    """Whether the passage, where it speaks of the same case, names another payer."""
    said = claims.payers(sentence)
    paying = {claims.case(source): claims.payers(source) for source in sources if claims.payers(source)}
    if not said or not paying:
        return False
    case = claims.case(sentence)
    if not claims.has_words(case):
        # Nothing says in which case, so it has to be true in every case.
        return not all(said & payers for payers in paying.values())
    return not any(said & paying[near] for near in _nearest(case, list(paying), SAME_CASE))


def _source(passage: Passage) -> str:
    return f"{passage.context}\n{passage.text}"


def _quote(sentence: str, passage: Passage) -> str:
    """The sentence of the passage that a claim rests on, letter for letter."""
    sources = split_sentences(passage.text) or [passage.text]
    return max(sources, key=lambda source: claims.coverage(sentence, source))[:QUOTE_LENGTH]


def _lead(passage: Passage) -> str:
    return (split_sentences(passage.text) or [passage.text])[0][:QUOTE_LENGTH]


def quotable(passage: Passage) -> str:
    """A passage as a reply: without marks; tables row by row."""
    lines = [line.strip() for line in passage.text.splitlines()]
    kept = [_row(line) for line in lines if line and set(line) - set("|-: ")]
    return "\n".join(kept)


def _row(line: str) -> str:
    if line.startswith("|"):
        return " · ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    ordered = claims.without_enumeration(line)
    mark = line[: len(line) - len(ordered)]
    return mark + plain(ordered)
