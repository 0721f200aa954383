"""Takes what changed in the folder of documents, and tells about it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from knowledge.authoring import Authoring
from knowledge.folder import Prefer, Taken
from service.settings import Settings


def take_folder_of(
    settings: Settings, authoring: Authoring, console: Console, prefer: Prefer = "",
    author: str = "", comment: str = "",
) -> Taken:  # fmt: skip
    """Drafts for what changed in `KEFU_POLICIES_DIR`. Raises `FolderConflict`."""
    taken = authoring.take(settings.policies_dir, author, comment, prefer)
    for problem in taken.problems:
        console.print(f"[yellow]left out:[/] {escape(str(problem))}", highlight=False)
    for draft in taken.drafts:
        what = "is gone from the folder" if draft.removes else "changed in the folder"
        console.print(f"[dim]{draft.name} {what}[/]", highlight=False)
    for kept in taken.kept:
        console.print(f"[dim]{kept} kept as the store has it[/]", highlight=False)
    return taken
