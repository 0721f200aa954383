"""Publishes a folder's changes as they are saved."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from watchfiles import watch

from knowledge.authoring import Authoring, user_name
from knowledge.errors import FoundWrong, KnowledgeError
from retrieval.errors import RetrievalError
from service.cli_docs import print_finding
from service.docs_folder import take_folder_of
from service.settings import Settings

# An editor writes a file in several steps; only the last one is worth reading.
SETTLED_MS = 800


def watch_folder(
    settings: Settings, authoring: Authoring, author: str, despite: bool, console: Console
) -> None:
    """Block until Ctrl-C. What cannot be published is told and tried again after the next change."""
    console.print(f"Watching {settings.policies_dir}; stop with Ctrl-C", highlight=False)
    _once(settings, authoring, author, despite, console)
    for _ in watch(settings.policies_dir, debounce=SETTLED_MS, raise_interrupt=False):
        _once(settings, authoring, author, despite, console)


def _once(settings: Settings, authoring: Authoring, author: str, despite: bool, console: Console) -> None:
    try:
        take_folder_of(settings, authoring, console, author=author)
        drafts = authoring.store.drafts()
        if not drafts:
            return
        landed, _ = authoring.publish(None, author or user_name(), "from the folder", despite)
        console.print(f"[green]publication {landed.id}[/]: {len(drafts)} changed", highlight=False)
    except FoundWrong as error:
        for each in error.findings:
            if each.severity == "error":
                print_finding(each, console)
        console.print(f"[red]{error}[/]")
    except (KnowledgeError, RetrievalError) as error:
        console.print(f"[red]{escape(str(error))}[/]", highlight=False)
