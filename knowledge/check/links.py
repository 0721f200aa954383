"""Check 4: links, passages that cards name, mail addresses and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from knowledge.check.findings import Finding, Severity, shortened
from retrieval.documents import ANCHOR, Document
from retrieval.passages import split_document
from tools.policy.cards import Card, PolicyBook, passages_of

# Says whether an address can be reached; asked only where a caller gives it.
Fetch = Callable[[str], bool]

_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)>\s]*)>?[^)]*\)")
_BARE = re.compile(r"(?<![\w(</.-])([a-z0-9][a-z0-9-]{1,63}(?:\.(?:zh|en))?#[A-Za-z0-9][\w-]*)(?![\w-])")
_WEB = re.compile(r"(?i)(?<![\w(<])(?:h?ttps?[:;]?/{1,3}|www\.)[^\s)>\]，。；、“”\"']*")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = re.compile(r"^(?=.{1,253}$)(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff]{2,63}$", re.IGNORECASE)  # fmt: skip
_MAIL = re.compile(r"(?<![\w/@])[\w.+-]{0,64}@[\w.@-]{0,253}\w|[\w.+-]{1,64}@(?!\w)")
_GOOD_MAIL = re.compile(r"^(?!\.)(?!.*\.\.)[\w.+-]+(?<!\.)@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$")
_PHONE = re.compile(
    r"(?:电话|拨打|热线|致电|联系电话|\bphone(?: number)?|\bcall|\btel(?:ephone)?(?: number)?|\bhotline)[^\d+\n。.，,(（]{0,16}([+(]?\d[\d ()-]{2,20}\d)",
    re.IGNORECASE,
)
# Numbers of China without marks, short service numbers, and international ones by ITU-T E.164.
_GOOD_PHONE = re.compile(r"^(?:[48]00\d{7}|1[3-9]\d{9}|0\d{9,11}|(?:12|10|95|96|11)\d{1,6}|\+\d{8,15})$")
_NOT_A_PHONE = re.compile(r"^\d{1,2}$|^\d{1,2}\s?-\s?\d{1,2}$")


def check_links(
    documents: Sequence[Document], book: PolicyBook | None, fetch: Fetch | None = None
) -> Iterator[Finding]:
    """Every link to a document, section or address that does not exist or cannot be one."""
    anchors = {document.key: _anchors(document) for document in documents}
    for document in documents:
        for number, line in enumerate(document.body.split("\n"), start=1):
            yield from _in_line(document, number, line, anchors, fetch)
    if book is not None:
        yield from _card_passages(book, anchors)
        yield from _card_names(documents, book)


def _anchors(document: Document) -> frozenset[str]:
    named = {
        match[1]
        for line in document.body.split("\n")
        if line.startswith("#") and (match := ANCHOR.search(line))
    }
    return frozenset(
        named | {passage.topic.partition("#")[2] for passage in split_document(document)} | {"intro"}
    )


def _in_line(
    document: Document, number: int, line: str, anchors: Mapping[str, frozenset[str]], fetch: Fetch | None
) -> Iterator[Finding]:
    def found(code: str, quote: str, message: str) -> Finding:
        severity: Severity = "error" if code == "links.dead" else "warning"
        return Finding(severity, code, document.key, "", number, message, quote=shortened(quote))

    targets = [match[1] for match in _LINK.finditer(line)]
    rest = _LINK.sub(" ", line)
    ids = {key.rpartition(".")[0] for key in anchors}
    targets += [match[1] for match in _BARE.finditer(rest) if _parts(match[1], document)[0] in ids]
    for target in targets:
        if problem := _dead(target, document, anchors):
            yield found("links.dead", target, problem)
    web = [
        target for target in targets if _SCHEME.match(target) and not target.startswith(("mailto:", "tel:"))
    ]
    for address in web + [match.group().rstrip(".,;:!?") for match in _WEB.finditer(rest)]:
        if problem := _bad_address(address):
            yield found("links.url", address, problem)
        elif fetch is not None and not fetch(address):
            yield found(
                "links.unreachable", address, "This address cannot be reached. Correct it or take it out."
            )
    for address in _addresses(targets, _WEB.sub(" ", rest)):
        if not _GOOD_MAIL.match(address):
            yield found(
                "links.mail", address, f"{address} is not a mail address. Write it as name@example.com."
            )
    for said in _phones(targets, rest):
        if not _GOOD_PHONE.match(re.sub(r"[\s()-]", "", said)):
            yield found(
                "links.phone", said, f"{said} is not a telephone number that can be called. Check its digits."
            )


def _dead(target: str, document: Document, anchors: Mapping[str, frozenset[str]]) -> str:
    """Why a target inside the shop's documents does not exist; "" where it does or lies elsewhere."""
    if not target:
        return "This link leads nowhere. Give it a target or make it plain text."
    if _SCHEME.match(target) or target.startswith(("/", "www.")):
        return ""
    name, language, anchor = _parts(target, document)
    key = f"{name}.{language}"
    if key not in anchors:
        other = f"{name}.{'en' if language == 'zh' else 'zh'}"
        hint = f"; it exists as {other} only" if other in anchors else ""
        return f"There is no document {key}{hint}. Correct the link or add the document."
    if anchor and anchor not in anchors[key]:
        return f"{key} has no section #{anchor}. Correct the link or give the section this anchor."
    return ""


def _parts(target: str, document: Document) -> tuple[str, str, str]:
    """Document id, language and anchor of "returns.md#postage", "../zh/returns.md", "returns.zh#postage", "#postage"."""
    path, _, anchor = target.partition("#")
    if not path:
        return document.id, document.language, anchor
    parts = PurePosixPath(path.partition("?")[0])
    name, language = parts.name.removesuffix(".md"), str(document.language)
    if parts.parent.name in ("zh", "en"):
        language = parts.parent.name
    if name.endswith((".zh", ".en")):
        name, _, language = name.rpartition(".")
    return name, language, anchor


def _bad_address(address: str) -> str:
    """Why text cannot be an http(s) address; "" where it can."""
    whole = f"https://{address}" if address.lower().startswith("www.") else address
    try:
        parts = urlsplit(whole)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"{address} is not an address: its host or port cannot be read."
    if parts.scheme.lower() not in ("http", "https"):
        return f"{address} is not an address of the web. Write it as https://…"
    if not whole.lower().startswith((f"{parts.scheme.lower()}://",)) or not _HOST.match(host):
        return f"{address} has no host that can exist. Write it as https://www.example.com/…"
    return ""


def _addresses(targets: Iterable[str], text: str) -> list[str]:
    return [
        target.removeprefix("mailto:").partition("?")[0] for target in targets if target.startswith("mailto:")
    ] + [match.group().rstrip(".") for match in _MAIL.finditer(text)]


def _phones(targets: Iterable[str], text: str) -> list[str]:
    said = [match[1].strip() for match in _PHONE.finditer(text)]
    return [target.removeprefix("tel:") for target in targets if target.startswith("tel:")] + [
        each for each in said if not _NOT_A_PHONE.match(each) and "(" not in each[1:]
    ]


def _card_passages(book: PolicyBook, anchors: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    languages = sorted({key.rpartition(".")[2] for key in anchors})
    for card in book.cards:
        for rule, passage in passages_of(card):
            name, _, anchor = passage.partition("#")
            for language in languages:
                if anchor not in anchors.get(f"{name}.{language}", ()):
                    yield Finding(
                        "error", "links.card-passage", f"{name}.{language}", "", 0,
                        f"The card {card.id} stands on {passage}, which {name}.{language} does not have. Add the section or "
                        "correct the card.",
                        other=f"{card.id} v{card.version}: {rule}",
                    )  # fmt: skip


def _card_names(documents: Sequence[Document], book: PolicyBook) -> Iterator[Finding]:
    known = [card.id for card in book.cards]
    for document in documents:
        stem = document.card.removesuffix(".yaml").removesuffix(".card")
        if stem and not any(_same_card(stem, card) for card in known):
            yield Finding(
                "error", "links.card", document.key, "", 0,
                f"The card {document.card} does not exist. Correct `card` in the head of the document or take it out.",
            )  # fmt: skip


def _same_card(stem: str, card: str) -> bool:
    """`returns-2.card.yaml` holds a later version of the card `returns`."""
    plain, name = stem.replace("_", "-"), card.replace("_", "-")
    return plain == name or plain.startswith(f"{name}-") or plain.startswith(f"{name}.")


def cards_of(book: PolicyBook) -> dict[str, list[Card]]:
    """The cards of a book by their id, the earliest first."""
    found: dict[str, list[Card]] = {}
    for card in sorted(book.cards, key=lambda each: each.effective_from):
        found.setdefault(card.id, []).append(card)
    return found
