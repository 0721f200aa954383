"""The authors' side of a running server: what the endpoint calls, over parts that are loaded already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.language_model import LanguageModel
from agent.turn import Parts
from knowledge.authoring import Authoring
from knowledge.check import Finding
from knowledge.errors import DocumentRefused
from knowledge.gaps import Gap, UnansweredStore, gaps
from knowledge.impact import Asked, Effect, Progress, by_turns, effects
from knowledge.incoming import text_from_file
from knowledge.revisions import Publication, Revision, parse
from retrieval.calibration import TuneQuestion
from retrieval.snapshot import Snapshot
from service.conversations import ConversationStore
from service.recorded import recorded_questions


@dataclass(frozen=True)
class Authors:
    """`token` is what the endpoint asks for, "" for an endpoint that is off."""

    authoring: Authoring
    knowledge: Callable[[], Snapshot]
    parts: Parts
    conversations: ConversationStore
    unanswered: UnansweredStore
    embed_queries: Callable[[list[str]], list[list[float]]]
    token: str = ""

    def save(self, document: str, text: str, author: str, comment: str, based_on: int | None) -> Revision:
        """A draft of `document`. Raises `DocumentRefused` when the text says that it is another one."""
        named = parse(text, document).key
        if named != document:
            raise DocumentRefused(f"{document}: the text says that it is {named} (id and language)")
        return self.authoring.save(text, author, comment, document, based_on)

    def upload(self, content: bytes, name: str, said: dict[str, Any], author: str, comment: str) -> Revision:
        """A draft from a file of any format. Raises `Unreadable`, `DocumentRefused`."""
        return self.authoring.save(
            text_from_file(content, name, said), author, comment, name, source=f"upload:{name}"
        )

    def publish(
        self, documents: Collection[str] | None, author: str, comment: str, despite: bool
    ) -> tuple[Publication, list[Finding]]:
        """Publish, and load what was published before anybody waits for it."""
        landed = self.authoring.publish(documents, author, comment, despite)
        self.knowledge()
        return landed

    def roll_back(self, to: int | None, author: str, comment: str) -> Publication:
        landed = self.authoring.roll_back(to, author, comment)
        self.knowledge()
        return landed

    def impact(
        self,
        documents: Collection[str] | None,
        limit: int,
        suites: Sequence[TuneQuestion] = (),
        model: Callable[[], LanguageModel] | None = None,
        progress: Progress | None = None,
    ) -> tuple[list[Effect], int]:
        """What the drafts would change, and how many questions were tried.

        Recorded questions come first, then `suites`, by default the tune questions. With `model`, which is opened only
        if anything changes, it writes both answers of what does.
        """
        drafts = self.authoring.store.drafts(documents)
        if not drafts:
            return [], 0
        before, now = self.knowledge(), self.authoring.clock()
        after = self.authoring.publisher.candidate(drafts, self.authoring.today())
        asked = [
            *recorded_questions(self.conversations, limit),
            *(Asked(q.question, q.lang, "suite") for q in suites or self.authoring.publisher.questions()),
        ][:limit]
        found = effects(asked, by_turns(self.parts, now), before, after, progress)
        if model is not None and found:
            changed = [each.asked for each in found]
            found = effects(changed, by_turns(self.parts, now, model()), before, after, progress)
        return found, len(asked)

    def gaps(self, days: int) -> list[Gap]:
        now = self.authoring.clock()
        return gaps(self.unanswered, self.knowledge(), self.embed_queries, now - timedelta(days=days), now)
