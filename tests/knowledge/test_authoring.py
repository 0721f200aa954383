"""What authors do, from draft to publication and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.authoring import Authoring
from knowledge.errors import (
    DocumentRefused,
    FoundWrong,
    KnowledgeError,
    NothingToPublish,
    RevisionConflict,
    UnknownDocument,
)
from knowledge.publisher import Publisher
from knowledge.revisions import State
from knowledge.store import KnowledgeStore
from retrieval.snapshot import open_current
from tests.knowledge.conftest import NOW, section, text
from tests.tools.builders import POLICIES
from tools.policy.cards import load_policy_book

CARD = "card: nothing.yaml\n"


@pytest.fixture
def authoring(store: KnowledgeStore, publisher: Publisher) -> Authoring:
    return Authoring(store, publisher, load_policy_book(POLICIES), lambda: NOW)


def zh(days: int) -> str:
    body = f"## 退货期限 {{#window}}\n未使用的商品在签收后 {days} 天内可以退回。\n\n## 运费 {{#postage}}\n退货运费 12 元。\n"
    return text(body, language="zh", title="退货")


def test_the_states_of_a_document(authoring: Authoring) -> None:
    authoring.save(text(section(7)), "ann", "first")
    (before,) = authoring.overview()
    assert (before.document, before.title, before.published) == ("returns.en", "Returns", ())
    assert before.draft is not None
    assert before.draft.state is State.DRAFT
    assert not [
        each for each in authoring.check() if each.severity == "error" and not each.code.startswith("links")
    ]
    authoring.publish(None, "ann", "go", despite=True)
    (after,) = authoring.overview()
    assert [each.state for each in after.published] == [State.PUBLISHED]
    assert after.draft is None


def test_the_same_text_is_no_new_revision(authoring: Authoring) -> None:
    first = authoring.save(text(section(7)), "ann", "")
    assert authoring.save("\ufeff" + text(section(7)).replace("\n", "\r\n"), "bo", "") == first


def test_languages_that_contradict_each_other_stop_a_publication(authoring: Authoring) -> None:
    authoring.save(text(section(7)), "ann", "")
    authoring.save(zh(7), "ann", "")
    authoring.publish(None, "ann", "", despite=True)
    authoring.save(zh(10), "ann", "")
    with pytest.raises(FoundWrong) as found:
        authoring.publish(["returns.zh"], "ann", "")
    assert any({each.document, each.other.partition("#")[0]} == {"returns.en", "returns.zh"}
               for each in found.value.findings if each.severity == "error")  # fmt: skip
    (draft,) = authoring.store.drafts()
    assert draft.state is State.DRAFT
    assert authoring.store.current_id() == 1
    landed, findings = authoring.publish(["returns.zh"], "ann", "", despite=True)
    assert landed.id == 2
    assert findings


def test_the_diff_shows_lines_and_passages(authoring: Authoring) -> None:
    authoring.save(text(section(7)), "ann", "")
    authoring.publish(None, "ann", "", despite=True)
    authoring.save(text(section(8, "\n## Refunds {#refunds}\nMoney comes back in a week.\n")), "ann", "")
    diff = authoring.diff("returns.en")
    assert "-Unused goods go back within 7 days of delivery." in diff.lines
    assert [(each.id, each.kind) for each in diff.passages] == [
        ("returns.en#refunds", "added"),
        ("returns.en#window", "changed"),
    ], "an unrelated passage keeps its id and does not change"
    with pytest.raises(UnknownDocument, match=r"no open draft of shipping\.en"):
        authoring.diff("shipping.en")


def test_a_removal_and_its_return(authoring: Authoring) -> None:
    authoring.save(text(section(7)), "ann", "")
    authoring.save(text("## When {#when}\nParcels leave at noon.", id="shipping"), "ann", "")
    authoring.publish(None, "ann", "", despite=True)
    authoring.remove("returns.en", "bo", "gone")
    authoring.publish(None, "bo", "", despite=True)
    assert [each.document for each in authoring.overview()] == ["shipping.en"]
    authoring.roll_back(None, "ann", "back")
    assert [each.document for each in authoring.overview()] == ["returns.en", "shipping.en"]
    snapshot = open_current(authoring.publisher.folder, authoring.publisher.embeddings())
    assert {each.document_id for each in snapshot.passages} == {"returns", "shipping"}


def test_a_draft_can_be_dropped(authoring: Authoring) -> None:
    authoring.save(text(section(7)), "ann", "")
    authoring.publish(None, "ann", "", despite=True)
    authoring.save(text(section(8)), "ann", "")
    authoring.save(text(section(9)), "ann", "")
    assert authoring.discard("returns.en").number == 3
    assert authoring.store.drafts() == []
    assert "within 7 days" in authoring.text("returns.en").text
    with pytest.raises(NothingToPublish):
        authoring.publish(None, "ann", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("no head", "front matter"),
        ("---\nid: returns\n", "closed"),
        (text("").strip(), "no text"),
        (text(section(7), id="Not An Id"), "id"),
        (text(section(7), colour="red"), "colour"),
        (text("a\x00b"), "control character"),
        (text("\ud800"), "surrogate"),
        (text("x" * 3_000_000), "larger"),
    ],
)
def test_what_is_no_document_is_refused(authoring: Authoring, written: str, said: str) -> None:
    with pytest.raises(DocumentRefused, match=said):
        authoring.save(written, "ann", "")
    assert authoring.store.history() == []


def test_who_changes_something_has_a_name(authoring: Authoring) -> None:
    for author, comment, said in (("", "", "author"), ("a" * 101, "", "author"), ("a", "c" * 501, "comment"),
                                  ("a\x1b[2J", "", "cannot be shown")):  # fmt: skip
        with pytest.raises(KnowledgeError, match=said):
            authoring.save(text(section(7)), author, comment)


def test_an_edit_of_an_old_text_is_refused(authoring: Authoring) -> None:
    first = authoring.save(text(section(7)), "ann", "", based_on=0)
    authoring.save(text(section(8)), "ann", "", based_on=first.number)
    with pytest.raises(RevisionConflict):
        authoring.save(text(section(9)), "bo", "", based_on=first.number)


def test_a_folder_of_other_formats(authoring: Authoring, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "faq.csv").write_text("question,answer\nDo you gift-wrap?,Yes for 5 yuan.\n")
    (folder / "hours.en.html").write_text("<h1>Hours</h1><h2>Phone</h2><p>We answer from 9 to 18.</p>")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    taken = authoring.take(folder)
    assert {draft.document for draft in taken.drafts} == {"faq.en", "hours.en"}
    assert [problem.path.name for problem in taken.problems] == ["broken.pdf"]
    authoring.publish(None, "ann", "", despite=True)
    snapshot = open_current(authoring.publisher.folder, authoring.publisher.embeddings())
    assert "5 yuan" in snapshot.search("gift-wrap", "en", 1, NOW)[0].passage.text
