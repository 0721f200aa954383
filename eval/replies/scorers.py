"""Judges of one reply: small pure functions over the case, the text of the reply and what could be known.

They look at the text alone, so that replies of any system are judged alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.ledger.negation import denies
from agent.ledger.words import in_order, is_in
from agent.sentences import split_sentences
from eval.replies.cases import Case
from eval.replies.figures import Figure, figures_in, generous, identifier, supported, without_identifiers
from eval.replies.known import Known
from eval.replies.phrases import ACTING, ADMITS, CONDITIONAL, DONE, NOT_DONE, OFFERS_PERSON, only_admits

_CITED = re.compile(r"\s*\[\d{1,2}\]")
_MARKS = re.compile(r"\*\*|`|^#+\s*", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PERSON_TAKES_OVER = re.compile(r"人工|person|team|colleague|agent", re.IGNORECASE)
# A sentence that stands in a document says what the shop does for everybody.
_VERBATIM = 0.8


@dataclass(frozen=True, slots=True)
class Scores:
    """What is wrong with a reply; nothing where all are empty. Items are told in the words of case or reply."""

    figures: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    unknown: str = ""
    language: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()

    @property
    def correct(self) -> bool:
        """Right and complete; support, promises and language are judged apart."""
        return not (self.figures or self.words or self.never or self.unknown)

    @property
    def clean(self) -> bool:
        return self.correct and not (self.language or self.promises or self.unsupported)

    def why(self) -> list[str]:
        """One line for each thing that is wrong."""
        lists = {
            "figure missing": self.figures, "words missing": self.words, "must not be said": self.never,
            "unknown": (self.unknown,) if self.unknown else (), "other language": self.language,
            "false promise": self.promises, "unsupported": self.unsupported,
        }  # fmt: skip
        return [f"{name}: {' / '.join(items)}" for name, items in lists.items() if items]


def score(case: Case, text: str, known: Known) -> Scores:
    """Everything that can be said about a reply."""
    return Scores(
        figures=figures(case, text, known),
        words=words(case, text, known),
        never=never(case, text, known),
        unknown=unknown(case, text, known),
        language=language(case, text, known),
        promises=promise(case, text, known),
        unsupported=unsupported(case, text, known),
    )


def figures(case: Case, text: str, _known: Known) -> tuple[str, ...]:
    """The expected figures that the reply lacks in every writing."""
    said = generous(_plain(text))
    return tuple(
        " or ".join(each) for each in case.expect.figures if not any(_has(one, said) for one in each)
    )


def words(case: Case, text: str, _known: Known) -> tuple[str, ...]:
    """The groups of patterns of which none matches."""
    said = _plain(text)
    return tuple(
        " or ".join(pattern.pattern for pattern in group)
        for group in case.expect.words
        if not any(pattern.search(said) for pattern in group)
    )


def never(case: Case, text: str, _known: Known) -> tuple[str, ...]:
    """What the reply says and must not."""
    said = _plain(text)
    found = (pattern.search(said) for pattern in case.expect.never)
    return tuple(match.group() or match.re.pattern for match in found if match)


def unknown(case: Case, text: str, _known: Known) -> str:
    """Why the reply knows too much or too little; "" where it is as expected."""
    said = _plain(text)
    if case.expect.unknown:
        return "" if admits(said) else "does not admit, refuse or offer a person"
    return "only says that it does not know" if only_admits(split_sentences(said)) else ""


def admits(text: str) -> bool:
    """Whether a text admits not to know, refuses or offers a person."""
    return bool(ADMITS.search(text) or OFFERS_PERSON.search(text))


def language(case: Case, text: str, known: Known) -> tuple[str, ...]:
    """Sentences in another language; names of the records and addresses may stand in any script."""
    names = sorted(known.names, key=len, reverse=True)
    wrong = []
    for sentence in split_sentences(_plain(text)):
        rest = without_identifiers(_ADDRESS.sub(" ", sentence))
        for name in names:
            rest = rest.replace(name, " ")
        if not is_in(rest, case.language):
            wrong.append(sentence)
    return tuple(wrong)


def promise(case: Case, text: str, known: Known) -> tuple[str, ...]:
    """Sentences that say something was or will be done for this customer, and nothing was."""
    if known.receipts:
        return ()
    sources = [source for each in known.texts for source in split_sentences(each)]
    return tuple(
        sentence
        for sentence in split_sentences(_plain(text))
        if _promises(sentence, known)
        and not any(in_order(sentence, source) >= _VERBATIM for source in sources)
    )


def unsupported(case: Case, text: str, known: Known) -> tuple[str, ...]:
    """The figures of the reply that nothing vouches for: no section, no passage, no record.

    One of the customer's own may be repeated in a sentence that denies it.
    """
    offered, asked = known.offered(), generous("\n".join((*case.before, case.text)))
    found: list[str] = []
    for sentence in split_sentences(_plain(text)):
        denied = denies(sentence)
        for figure in figures_in(sentence):
            if figure.soft or supported(figure, offered) or (denied and supported(figure, asked)):
                continue
            found.append(figure.written)
    return tuple(dict.fromkeys(found))


def _has(expected: str, said: tuple[Figure, ...]) -> bool:
    """Whether every figure of an expected writing was said; digits alone count as an identifier too."""
    wanted = figures_in(expected)
    return all(any(each.same(figure) for figure in said) for each in wanted) or (
        expected.strip().isalnum() and any(identifier(expected).same(figure) for figure in said)
    )


def _promises(sentence: str, known: Known) -> bool:
    if CONDITIONAL.search(sentence):
        return False
    if known.handed_over and _PERSON_TAKES_OVER.search(sentence):
        return False
    done = not NOT_DONE.search(sentence) and DONE
    if any(pattern.search(sentence) and state not in known.states for state, pattern in (done or {}).items()):
        return True
    return bool(ACTING.search(sentence)) and not denies(sentence)


def _plain(text: str) -> str:
    """Without citation marks and Markdown, whose place no expectation can know."""
    return _MARKS.sub("", _CITED.sub("", text)).replace("’", "'")
