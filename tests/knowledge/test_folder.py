"""A folder under git beside a store: whoever changed a document alone wins, and a conflict is never guessed at."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from knowledge.canonical import text_of
from knowledge.errors import FolderConflict
from knowledge.folder import Prefer, Taken, take_folder
from knowledge.formats import read_folder
from knowledge.store import KnowledgeStore
from tests.knowledge.conftest import NOW, Save, section, text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policies"
    made.mkdir()
    (made / "returns.md").write_text(text(section(7)))
    (made / "shipping.md").write_text(text("## When {#when}\nParcels leave at noon.", id="shipping"))
    return made


def take(store: KnowledgeStore, folder: Path, prefer: Prefer = "") -> Taken:
    documents, problems = read_folder(folder)
    pairs = [(document, text_of(document)) for document in documents]
    return take_folder(store, folder, pairs, problems, "ann", "from the folder", NOW, prefer)


def names(taken: Taken) -> list[str]:
    return [draft.document for draft in taken.drafts]


def test_every_file_becomes_a_draft_once(store: KnowledgeStore, folder: Path) -> None:
    taken = take(store, folder)
    assert names(taken) == ["returns.en", "shipping.en"]
    assert taken.drafts[0].text == text(section(7))
    assert taken.drafts[0].source == "folder:returns.md"
    assert take(store, folder) == Taken((), (), ())


def test_only_what_changed_is_taken(store: KnowledgeStore, folder: Path) -> None:
    take(store, folder)
    (folder / "returns.md").write_text(text(section(8)))
    taken = take(store, folder)
    assert names(taken) == ["returns.en"]
    assert taken.drafts[0].number == 2


def test_a_file_that_is_gone_removes_its_document(store: KnowledgeStore, folder: Path) -> None:
    take(store, folder)
    (folder / "returns.md").unlink()
    taken = take(store, folder)
    assert [(draft.document, draft.removes) for draft in taken.drafts] == [("returns.en", True)]
    assert take(store, folder).drafts == ()


def test_a_file_that_moved_keeps_its_document(store: KnowledgeStore, folder: Path) -> None:
    take(store, folder)
    (folder / "returns.md").rename(folder / "going-back.md")
    assert take(store, folder).drafts == ()


def test_nothing_is_removed_while_a_file_cannot_be_read(store: KnowledgeStore, folder: Path) -> None:
    take(store, folder)
    (folder / "returns.md").write_text("---\nid: returns\n")
    taken = take(store, folder)
    assert taken.drafts == ()
    assert "front matter" in str(taken.problems[0])


def test_an_edit_in_the_store_is_not_undone_by_the_folder(
    store: KnowledgeStore, folder: Path, save: Save
) -> None:
    take(store, folder)
    save(text(section(9)))
    assert take(store, folder).drafts == ()
    newest = store.newest("returns.en")
    assert newest is not None
    assert newest.text == text(section(9))


@pytest.mark.parametrize(("prefer", "days"), [("folder", 8), ("store", 9)])
def test_changed_on_both_sides_somebody_has_to_choose(
    store: KnowledgeStore, folder: Path, save: Save, prefer: Prefer, days: int
) -> None:
    take(store, folder)
    save(text(section(9)))
    (folder / "returns.md").write_text(text(section(8)))
    (folder / "shipping.md").write_text(text("## When {#when}\nParcels leave at ten.", id="shipping"))
    before = store.history()
    with pytest.raises(FolderConflict, match=r"changed in the folder and in the store: returns\.en"):
        take(store, folder)
    assert store.history() == before, "not even the other document was taken"
    taken = take(store, folder, prefer)
    assert "shipping.en" in names(taken)
    newest = store.newest("returns.en")
    assert newest is not None
    assert newest.text == text(section(days))
    assert take(store, folder).drafts == (), "a choice is made once"


def test_the_same_change_on_both_sides_is_no_conflict(
    store: KnowledgeStore, folder: Path, save: Save
) -> None:
    take(store, folder)
    save(text(section(8)))
    (folder / "returns.md").write_text(text(section(8)))
    assert take(store, folder).drafts == ()


def test_other_formats_are_kept_as_markdown(store: KnowledgeStore, folder: Path) -> None:
    (folder / "faq.csv").write_text("question,answer\nDo you ship to islands?,Yes within ten days.\n")
    (folder / "faq.csv.meta.yaml").write_text("id: faq\nlanguage: en\ntitle: Questions\n")
    draft = next(each for each in take(store, folder).drafts if each.document == "faq.en")
    assert draft.text.startswith("---\nid: faq\ntitle: Questions\nlanguage: en\n---\n")
    assert "within ten days" in draft.text
    assert take(store, folder).drafts == ()


def test_under_git_the_commit_says_who_and_why(store: KnowledgeStore, folder: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Li Na", "-c", "user.email=li@example.com"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init")
    git("add", "returns.md")
    git("commit", "-m", "Seven days as agreed")
    drafts = {draft.document: draft for draft in take(store, folder).drafts}
    assert (drafts["returns.en"].author, drafts["returns.en"].comment) == ("Li Na", "Seven days as agreed")
    assert (drafts["shipping.en"].author, drafts["shipping.en"].comment) == ("ann", "from the folder")
