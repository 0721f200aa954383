"""`kefu docs`: the policy documents and the index made from them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="The policy documents (KEFU_POLICIES_DIR) and the index that answers come from.",
)


def _settings(context: typer.Context) -> Settings:
    settings = context.find_root().obj
    assert isinstance(settings, Settings)
    return settings


@app.command()
def check(context: typer.Context) -> None:
    """Read all documents and the policy cards, and name what is wrong with file and line."""
    from retrieval.documents import load_documents
    from retrieval.passages import split_documents
    from tools.policy.cards import load_policy_book, passages_of

    settings, console = _settings(context), Console()
    book = load_policy_book(settings.policies_dir)
    documents, found = load_documents(settings.policies_dir)
    passages = split_documents(documents)
    topics = {(passage.topic, passage.language) for passage in passages}
    problems = [str(problem) for problem in found]
    for card in book.cards:
        for rule, passage in passages_of(card):
            missing = [language for language in ("zh", "en") if (passage, language) not in topics]
            problems += [
                f"card {card.id} v{card.version}: {rule}: no passage {passage} in {language}"
                for language in missing
            ]
    for problem in problems:
        console.print(f"[red]{problem}[/]", highlight=False)
    console.print(
        f"{len(documents)} documents, {len(passages)} passages, {len(book.cards)} cards, {len(problems)} problems"
    )
    raise typer.Exit(1 if problems else 0)


@app.command()
def publish(context: typer.Context) -> None:
    """Index the documents as they are now. The server takes the new index at its next start."""
    from service.setup import publish_knowledge

    Console().print(publish_knowledge(_settings(context), Console(), again=True))


@app.command()
def search(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="As a customer would ask.")],
    number: Annotated[int, typer.Option("-k", help="How many passages.", min=1, max=50)] = 5,
) -> None:
    """Show which passages a question finds, with the probability that each answers it."""
    from agent.understand.language import detect_language
    from retrieval.snapshot import open_current
    from service.wiring import load_embeddings

    settings = _settings(context)
    snapshot = open_current(settings.snapshots_dir, load_embeddings(settings))
    table = Table("score", "passage", "heading", title=f"answered from {snapshot.threshold:.2f} on")
    for hit in snapshot.search(question, detect_language(question, "zh"), number):
        table.add_row(f"{hit.score:.2f}", hit.passage.id, hit.passage.heading)
    Console().print(table)
