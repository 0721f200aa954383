"""The commands of `kefu docs` that change something."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import click
import typer
from rich.console import Console
from rich.markup import escape

from service.cli_docs import JsonOnly, Keys, app, print_drafts, print_finding, settings_of

Author = Annotated[str, typer.Option("--author", "-a", help="Who changes it; by default who is logged in.")]
Comment = Annotated[str, typer.Option("--comment", "-m", help="Why, for the log.")]
Document = Annotated[str, typer.Argument(help="Such as returns.zh.")]
_PREFER = ("", "folder", "store")
__all__ = ["app"]


@app.command()
def add(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help="Markdown, HTML, PDF, DOCX, CSV, JSON, JSONL or text; a folder for all in it."),
    ],
    author: Author = "",
    comment: Comment = "",
    document_id: Annotated[
        str | None, typer.Option("--id", help="The document's id, where the file does not say it.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="zh or en, where it cannot be seen.")] = None,
    title: Annotated[str | None, typer.Option(help="The title, where the file has none.")] = None,
) -> None:
    """Draft documents from files of any format. A file that cannot be read is named, the others are taken.

    Example: `kefu docs add 退货.docx --id returns --language zh`
    """
    from knowledge.authoring import user_name
    from knowledge.errors import KnowledgeError
    from knowledge.incoming import files_below, text_from_file
    from service.authoring import open_authoring

    said = {
        name: value
        for name, value in (("id", document_id), ("language", language), ("title", title))
        if value is not None
    }
    paths = [path for each in files for path in files_below(each)]
    if said and len(paths) > 1 and ("id" in said or "title" in said):
        raise typer.BadParameter("--id and --title name one document; give one file")
    console, failed = Console(), 0
    with open_authoring(settings_of(context)) as authoring:
        for path in paths:
            try:
                text = text_from_file(path.read_bytes(), path.name, said)
                saved = authoring.save(
                    text,
                    author or user_name(),
                    comment or f"from {path.name}",
                    str(path),
                    source=f"file:{path.name}",
                )
                print_drafts([saved], console)
            except (KnowledgeError, OSError) as error:
                failed += 1
                console.print(
                    f"[yellow]left out:[/] {escape(str(path))}: {escape(str(error))}", highlight=False
                )
    raise typer.Exit(1 if failed else 0)


@app.command()
def edit(
    context: typer.Context,
    document: Document,
    author: Author = "",
    comment: Comment = "",
) -> None:
    """Open a document's newest text in your editor ($EDITOR) and keep what you save as a draft.

    A text that cannot be a document is not lost: you are told why and may go on editing.
    """
    from knowledge.authoring import user_name
    from knowledge.errors import DocumentRefused
    from service.authoring import open_authoring

    console = Console()
    with open_authoring(settings_of(context)) as authoring:
        newest = authoring.text(document)
        text = newest.text
        while True:
            edited = click.edit(text, extension=".md")
            if edited is None or edited == newest.text:
                console.print("Nothing was changed.")
                return
            try:
                saved = authoring.save(
                    edited, author or user_name(), comment, document, based_on=newest.number
                )
                break
            except DocumentRefused as error:
                console.print(f"[red]{escape(str(error))}[/]", highlight=False)
                if not typer.confirm("Edit again?", default=True):
                    raise typer.Exit(1) from None
                text = edited
        print_drafts([saved], console)
        console.print(
            f"Next: kefu docs diff {document}, kefu docs check {document} --impact, kefu docs publish"
        )


@app.command()
def remove(context: typer.Context, document: Document, author: Author = "", comment: Comment = "") -> None:
    """Draft a document's removal; it goes when that is published."""
    from knowledge.authoring import user_name
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        print_drafts([authoring.remove(document, author or user_name(), comment)], Console())


@app.command()
def discard(context: typer.Context, document: Document) -> None:
    """Drop a document's open draft; what is published stays."""
    from service.authoring import open_authoring

    with open_authoring(settings_of(context)) as authoring:
        dropped = authoring.discard(document)
    Console().print(f"{dropped.name} discarded", highlight=False)


@app.command()
def publish(
    context: typer.Context,
    documents: Keys = None,
    author: Author = "",
    comment: Comment = "",
    folder: Annotated[
        bool, typer.Option("--folder/--no-folder", help="Take what changed in KEFU_POLICIES_DIR first.")
    ] = True,
    prefer: Annotated[
        str, typer.Option(help="folder or store: whose text wins where both were changed.")
    ] = "",
    despite: Annotated[
        bool, typer.Option("--despite-errors", help="Publish although the check finds errors.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Without any draft: index what is published once more.")
    ] = False,
    json_only: JsonOnly = False,
) -> None:
    """Check and publish drafts. The next customer is answered from them; a running server needs no restart.

    Only passages that changed are embedded. Killed at any moment, what was published before stays in use.
    """
    from knowledge.authoring import user_name
    from knowledge.errors import FoundWrong
    from service.authoring import open_authoring
    from service.docs_folder import take_folder_of
    from service.embedding import embedding_bar

    if prefer not in _PREFER:
        raise typer.BadParameter("--prefer: folder or store")
    settings, console = settings_of(context), Console(quiet=json_only)
    with open_authoring(settings) as authoring:
        if folder:
            take_folder_of(settings, authoring, console, prefer, author, comment)  # type: ignore[arg-type]
        drafts = authoring.store.drafts(documents or None)
        if not drafts and not documents:
            with embedding_bar(console) as report:
                authoring.publisher.rebuild(report) if again else authoring.publisher.follow(report)
            console.print("Nothing has changed." if not again else "Indexed again.")
            return
        try:
            with embedding_bar(console) as report:
                landed, findings = authoring.publish(
                    documents or None, author or user_name(), comment, despite, report
                )
        except FoundWrong as error:
            for each in error.findings:
                print_finding(each, console)
            if json_only:
                print(json.dumps({"published": False, "findings": [asdict(each) for each in error.findings]}))
            console.print(f"[red]{error}[/]. Mend them, or publish with --despite-errors.")
            raise typer.Exit(1) from None
    for each in findings:
        if each.severity != "note":
            print_finding(each, console)
    console.print(
        f"[green]publication {landed.id}[/]: {len(drafts)} changed, {len(landed.revisions)} documents, "
        f"snapshot {landed.snapshot_id}", highlight=False,
    )  # fmt: skip
    if json_only:
        print(json.dumps({"published": True, "publication": landed.id, "snapshot": landed.snapshot_id}))


@app.command()
def rollback(
    context: typer.Context,
    to: Annotated[
        int | None,
        typer.Argument(help="A publication's number (kefu docs log); the one before if left out.", min=1),
    ] = None,
    author: Author = "",
    comment: Comment = "",
) -> None:
    """Publish again what an earlier publication held. Nothing is lost: it becomes a publication of its own."""
    from knowledge.authoring import user_name
    from service.authoring import open_authoring
    from service.embedding import embedding_bar

    console = Console()
    with open_authoring(settings_of(context)) as authoring, embedding_bar(console) as report:
        landed = authoring.roll_back(to, author or user_name(), comment, report)
    console.print(
        f"[green]publication {landed.id}[/]: {len(landed.revisions)} documents, snapshot {landed.snapshot_id}",
        highlight=False,
    )


@app.command()
def watch(
    context: typer.Context,
    author: Author = "",
    despite: Annotated[
        bool, typer.Option("--despite-errors", help="Publish although the check finds errors.")
    ] = False,
) -> None:
    """Publish whenever a file of KEFU_POLICIES_DIR changes, until Ctrl-C. What the check refuses is left out."""
    from service.authoring import open_authoring
    from service.docs_watch import watch_folder

    settings = settings_of(context)
    with open_authoring(settings) as authoring:
        watch_folder(settings, authoring, author, despite, Console())
