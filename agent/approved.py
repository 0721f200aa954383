"""Wording that authors approved for a question: when it is what a customer asks, and whether it still holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.ledger.quantities import find_quantities
from agent.wording import same_question
from retrieval.answers import answer_to
from retrieval.documents import Language
from retrieval.listing import Listing
from retrieval.passages import Passage, plain

# The least cosine (-1..1) of a customer's question with a listed one that has the same words. Of 39 near
# misses ("tags cut" and "tags not cut") about half were above 0.97, so the words decide, see `agent.wording`, and the cosine guards what words alone do not tell.
SAME_QUESTION = 0.95
_LINK = re.compile(
    r"https?://[^\s)\]，。；、]+|www\.[^\s)\]，。；、]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Approved:
    """What is said without a model: the text, the passage it is cited with, the listed question that was meant
    and its cosine (-1..1) with the customer's."""

    text: str
    passage: Passage
    question: str
    cosine: float


def approved_answer(question: str, language: Language, listing: Listing) -> Approved | None:
    """The approved answer of a section to a customer's `question`, None where there is none or it may be wrong.

    Used only where the customer's question is a listed one but for how it is put, and the answer states no figure
    and no address that its section does not.
    """
    if not listing.pieces or listing.pieces[0].language != language:
        return None
    near = (each for each in listing.questions if each.cosine >= SAME_QUESTION)
    meant = next((each for each in near if same_question(question, each.text, language)), None)
    answer = answer_to(meant.text, listing.answers) if meant else None
    if meant is None or answer is None or unsupported(answer.text, listing.pieces):
        return None
    return Approved(answer.text, _source(answer.text, listing.pieces), meant.text, meant.cosine)


def unsupported(text: str, pieces: Sequence[Passage]) -> tuple[str, ...]:
    """Figures and addresses of an approved answer that its section does not state, as they are written."""
    section = "\n".join(f"{piece.context}\n{plain(piece.text)}\n{piece.text}" for piece in pieces)
    held = {quantity.key for quantity in find_quantities(section)}
    figures = [text[q.start : q.end] for q in find_quantities(text) if not q.soft and q.key not in held]
    stated = {_bare(link) for link in _LINK.findall(section)}
    links = [link for link in _LINK.findall(text) if _bare(link) not in stated]
    return tuple(dict.fromkeys((*figures, *links)))


def _source(text: str, pieces: Sequence[Passage]) -> Passage:
    """The piece to cite: the first that holds all figures of the answer, else the section's first."""
    return next((piece for piece in pieces if not unsupported(text, (piece,))), pieces[0])


def _bare(link: str) -> str:
    return link.lower().rstrip(".,;:!?/")
