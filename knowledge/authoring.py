"""What authors do, one method each; the command line and the HTTP endpoint both stand on it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.canonical import normalised, text_of
from knowledge.changes import PassageChange, diff_lines, passage_changes
from knowledge.errors import FoundWrong, KnowledgeError, NothingToPublish, UnknownDocument
from knowledge.folder import Prefer, Taken, take_folder
from knowledge.publisher import Publisher, after
from knowledge.revisions import (
    LONGEST_AUTHOR,
    LONGEST_COMMENT,
    OPEN,
    Publication,
    Revision,
    State,
    documents_of,
    parse,
)
from knowledge.store import KnowledgeStore
from retrieval.vectors import Progress
from tools.policy.cards import PolicyBook, passages_of

if TYPE_CHECKING:
    from knowledge.check import Finding

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Overview:
    """A document as its authors see it: what is published, what waits for its day, and the open draft."""

    document: str
    title: str
    published: tuple[Revision, ...]
    draft: Revision | None


@dataclass(frozen=True, slots=True)
class Diff:
    """`lines` is a unified diff of the document's text."""

    draft: Revision
    lines: tuple[str, ...]
    passages: tuple[PassageChange, ...]


@dataclass(frozen=True)
class Authoring:
    """Raises `KnowledgeError`s that say what is wrong; whatever fails, the store and the index stay as they were."""

    store: KnowledgeStore
    publisher: Publisher
    book: PolicyBook
    clock: Clock
    # Sentences of customers, by which words that none of them uses are noticed.
    customers_say: Callable[[], Collection[str]] = tuple

    def today(self) -> date:
        """In the shop's timezone."""
        return self.clock().astimezone(self.book.timezone).date()

    def overview(self) -> list[Overview]:
        """Every document that is published or has a draft, by key."""
        published = self.store.revisions_of(self.store.current())
        drafts = {draft.document: draft for draft in self.store.drafts()}
        keys = sorted({each.document for each in published} | drafts.keys())
        return [
            self._overview(key, tuple(each for each in published if each.document == key), drafts.get(key))
            for key in keys
        ]

    def _overview(self, key: str, published: tuple[Revision, ...], draft: Revision | None) -> Overview:
        one = draft or published[-1]
        return Overview(key, parse(one.text, one.name).title, published, draft)

    def save(
        self,
        text: str,
        author: str,
        comment: str,
        name: str = "",
        based_on: int | None = None,
        source: str = "",
    ) -> Revision:
        """A new draft of the document that `text` says. The newest revision itself where it says the same.

        Raises `DocumentRefused`, `RevisionConflict`. `name` stands in messages, "" for the document's own.
        """
        _sound(author, comment)
        text = normalised(text)
        document = parse(text, name or "document")
        newest = self.store.newest(document.key)
        if newest is not None and not newest.removes and newest.digest == document.revision:
            return newest
        return self.store.add(
            document.key, text, document.revision, author, comment, self.clock(), source, based_on=based_on
        )

    def remove(self, document: str, author: str, comment: str) -> Revision:
        """A draft that takes the document away when it is published."""
        _sound(author, comment)
        newest = self._newest(document)
        if newest.removes:
            return newest
        return self.store.add(
            document, newest.text, newest.digest, author, comment, self.clock(), removes=True
        )

    def discard(self, document: str) -> Revision:
        """Drop the open draft."""
        draft = self._draft(document)
        self.store.mark(
            [each.id for each in self.store.history(document) if each.state in OPEN], State.DISCARDED
        )
        return draft

    def text(self, document: str) -> Revision:
        """The newest revision, which an edit begins from."""
        return self._newest(document)

    def take(
        self,
        folder: Path,
        author: str = "",
        comment: str = "",
        prefer: Prefer = "",
        progress: Progress | None = None,
    ) -> Taken:
        """Drafts for what changed in a plain folder; see `take_folder`."""
        from knowledge.formats import read_folder

        documents, problems = read_folder(folder, progress)
        pairs = [
            (replace(parse(text := text_of(document), str(document.path)), path=document.path), text)
            for document in documents
        ]
        return take_folder(
            self.store, folder, pairs, problems, author or user_name(), comment or f"from {folder.name}",
            self.clock(), prefer,
        )  # fmt: skip

    def check(self, documents: Collection[str] | None = None) -> list[Finding]:
        """Examine the drafts, all or those named, as if they were published; sound ones become checked.

        Without any draft what is published is examined.
        """
        drafts = self._drafts(documents)
        findings = self._findings(drafts)
        errors = [each for each in findings if each.severity == "error"]
        # A contradiction is as much the one side's fault as the other's.
        wrong = {key for each in errors for key in (each.document, each.other.partition("#")[0])}
        self.store.mark([each.id for each in drafts if each.document not in wrong], State.CHECKED)
        self.store.mark([each.id for each in drafts if each.document in wrong], State.DRAFT)
        return findings

    def diff(self, document: str) -> Diff:
        """What publishing this document's draft would change."""
        draft = self._draft(document)
        before = self.store.revisions_of(self.store.current())
        now = after(before, [draft], self.today())
        own = [each for each in before if each.document == document]
        return Diff(
            draft,
            tuple(diff_lines(own[-1] if own else None, draft)),
            tuple(passage_changes(before, now, self._cited())),
        )

    def publish(
        self,
        documents: Collection[str] | None,
        author: str,
        comment: str,
        despite: bool = False,
        progress: Progress | None = None,
    ) -> tuple[Publication, list[Finding]]:
        """Check and publish the drafts, all or those named. Raises `FoundWrong` unless `despite` errors."""
        _sound(author, comment)
        drafts = self._drafts(documents)
        if not drafts:
            raise NothingToPublish("there is no draft to publish")
        findings = self.check([draft.document for draft in drafts])
        errors = [each for each in findings if each.severity == "error"]
        if errors and not despite:
            raise FoundWrong(f"{len(errors)} errors were found; nothing was published", findings)
        landed = self.publisher.publish(drafts, author, comment, self.clock(), self.today(), progress)
        return landed, findings

    def roll_back(
        self, to: int | None, author: str, comment: str, progress: Progress | None = None
    ) -> Publication:
        """Publish again what publication `to` held, or the one before the present one."""
        _sound(author, comment)
        current = self.store.current()
        if current is None:
            raise NothingToPublish("nothing was ever published")
        if to is None and not current.previous:
            raise NothingToPublish("there is no publication before the present one")
        target = self.store.publication(to if to is not None else current.previous or 0)
        return self.publisher.roll_back(target, author, comment, self.clock(), progress)

    def _findings(self, drafts: Sequence[Revision]) -> list[Finding]:
        from knowledge.check import check_documents

        members = after(self.store.revisions_of(self.store.current()), drafts, self.today())
        changed = {draft.document for draft in drafts} or None
        known = self.customers_say() or None
        return check_documents(
            documents_of(members), self.book, self.today(), changed=changed, known_terms=known
        )

    def _cited(self) -> list[tuple[str, str]]:
        return [
            (f"{card.id}.{rule}", passage) for card in self.book.cards for rule, passage in passages_of(card)
        ]

    def _drafts(self, documents: Collection[str] | None) -> list[Revision]:
        drafts = self.store.drafts(documents)
        missing = sorted(set(documents or ()) - {draft.document for draft in drafts})
        if missing:
            raise UnknownDocument(f"no open draft of {', '.join(missing)}")
        return drafts

    def _draft(self, document: str) -> Revision:
        return self._drafts([document])[0]

    def _newest(self, document: str) -> Revision:
        newest = self.store.newest(document)
        if newest is None:
            raise UnknownDocument(f"there is no document {document}")
        return newest


def user_name() -> str:
    """Who types, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _sound(author: str, comment: str) -> None:
    for name, value, longest in (("author", author, LONGEST_AUTHOR), ("comment", comment, LONGEST_COMMENT)):
        if len(value) > longest:
            raise KnowledgeError(f"{name}: longer than {longest} characters")
        if any(not char.isprintable() and char != "\n" for char in value):
            raise KnowledgeError(f"{name}: holds a character that cannot be shown")
    if not author.strip():
        raise KnowledgeError("author: a change needs somebody's name")
