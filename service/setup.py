"""Makes everything that serving needs; each step does nothing where its work is done already."""

from __future__ import annotations

import gc
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from examples.shop.generate import generate
from knowledge.authoring import Authoring, user_name
from knowledge.errors import FolderConflict, FoundWrong
from knowledge.folder import SOURCE
from knowledge.revisions import documents_of
from models.errors import MissingModel
from models.pull import pull_model
from retrieval.basis import questions_hash
from retrieval.errors import RetrievalError
from retrieval.passages import split_documents
from retrieval.snapshot import open_current
from service.authoring import open_authoring
from service.clock import utc_now
from service.embedding import embedding_bar, load_embeddings
from service.model_server import on_server, server_of
from service.settings import ROOT, Settings
from service.wiring import load_model
from tools.policy.cards import load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

MARKER = ".sha256"
STAMP = "setup.sha256"


class SetupError(RuntimeError):
    """A step that could not be done; the message says what to do about it."""


@dataclass(frozen=True)
class Step:
    """`run` returns a line about what it did."""

    title: str
    run: Callable[[Settings, Console], str]


def ensure_set_up(settings: Settings, console: Console) -> None:
    """Run the steps unless they were run for exactly these settings and files; a look takes milliseconds."""
    stamp = settings.data_dir / STAMP
    if not stamp.exists() or stamp.read_text() != _inputs(settings):
        set_up(settings, console)


def set_up(settings: Settings, console: Console) -> None:
    """Run every step in order. Raises the step's own error, after printing which step it was."""
    # `kefu serve` starts without the collector; the steps make garbage worth collecting.
    gc.enable()
    inputs = _inputs(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(STEPS, 1):
        console.print(f"[bold]{number}/{len(STEPS)}[/] {step.title}", end=" … ")
        console.print(f"[green]{step.run(settings, console)}[/]")
    partial = settings.data_dir / f"{STAMP}.partial"
    partial.write_text(inputs)
    partial.replace(settings.data_dir / STAMP)


def _inputs(settings: Settings) -> str:
    """A hash of everything that the steps make something from: settings, documents, examples, our own code."""
    digest = hashlib.sha256(
        settings.model_dump_json(
            exclude={
                "host",
                "port",
                "log_level",
                "trusted_proxies",
                "channel_keys",
                "channel_deadlines",
                "turns_at_once",
                "turns_waiting",
                "model_api_key",
                "model_parallel",
            }
        ).encode()
    )
    ours = (
        ROOT / name
        for name in (
            "agent",
            "retrieval",
            "prompts",
            "models",
            "knowledge",
            "examples/shop",
            "tools/store/migrations",
        )
    )
    for folder in (settings.policies_dir, settings.training_dir, *ours):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _models(settings: Settings, console: Console) -> str:
    from models.resolve import resolve_embedding, resolve_language_model

    wanted = [(settings.embedding, resolve_embedding)]
    if not on_server(settings):
        wanted.append((settings.model, resolve_language_model))
    for spec, resolve in wanted:
        try:
            resolve(spec, settings.models_dir)
        except MissingModel:
            _pull(spec, settings, console)
            resolve(spec, settings.models_dir)
    model = f"a server at {server_of(settings).place}" if on_server(settings) else settings.model
    return f"{model}, {settings.embedding}"


def _pull(spec: str, settings: Settings, console: Console) -> None:
    from models.cli import progress

    source = None if settings.model_source == "auto" else settings.model_source
    console.print()
    with progress() as report:
        pull_model(spec, settings.models_dir, source, report)


def _database(settings: Settings, console: Console) -> str:
    engine = make_engine(settings.database)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    return "ready"


def _sample_shop(settings: Settings, console: Console) -> str:
    if not settings.sample_shop:
        return "not wanted (KEFU_SAMPLE_SHOP)"
    if settings.order_api_url:
        return "not needed (KEFU_ORDER_API_URL)"
    engine = make_engine(settings.database)
    try:
        store = SqlStore(engine)
        if store.meta("currency") is not None:
            return "there is a shop already"
        shop = generate(settings.sample_seed, utc_now())
        store.import_shop(shop)
    finally:
        engine.dispose()
    return f"{len(shop.products)} products, {len(shop.customers)} customers, {len(shop.orders)} orders"


def _understanding(settings: Settings, console: Console) -> str:
    from agent.understand.train.vectors import VectorCache
    from agent.understand.training import data_fingerprint, read_examples, train

    patterns = {"train": "*.train.jsonl", "tune": "??.tune.jsonl"}
    files = {split: sorted(settings.training_dir.glob(each)) for split, each in patterns.items()}
    if not files["train"]:
        raise SetupError(f"no *.train.jsonl in {settings.training_dir} (KEFU_TRAINING_DIR)")
    embeddings = load_embeddings(settings)
    fingerprint = data_fingerprint([*files["train"], *files["tune"]], f"{embeddings.fingerprint} hidden")
    marker = settings.heads_path.with_suffix(MARKER)
    if marker.exists() and marker.read_text() == fingerprint and _usable(settings.heads_path):
        return "trained already"
    examples = {split: [e for path in paths for e in read_examples(path)] for split, paths in files.items()}
    # The same cache as `kefu train`: a stopped set-up goes on where it was, and later trainings take seconds.
    cache = VectorCache(
        settings.data_dir / "vectors", f"{embeddings.fingerprint} hidden", embeddings.hidden_queries
    )
    with embedding_bar(console) as report:
        heads = train(examples["train"], examples["tune"], lambda texts: cache.vectors(texts, report))
    heads.save(settings.heads_path)
    marker.write_text(fingerprint)
    return f"trained on {len(examples['train'])} messages"


def _usable(path: Path) -> bool:
    """Whether this version can read the file, which an older one may have written."""
    from agent.understand.heads import Heads, HeadsUnusable

    try:
        Heads.load(path)
    except HeadsUnusable:
        return False
    return True


def publish_knowledge(settings: Settings, console: Console) -> str:
    """Publish what changed in the folder of documents; what is in use stays whatever fails.

    The first publication is made whatever the checks find, since without one there is nothing to answer from. A
    later one that they stop is told, and customers go on being answered from the one before.
    """
    with open_authoring(settings) as authoring, embedding_bar(console) as report:
        first = authoring.store.current() is None
        keys = _from_folder(settings, authoring, console)
        done = ""
        if keys:
            done = _published(authoring, keys, first, console, report)
        elif first:
            raise SetupError(f"there is no document in {settings.policies_dir} (KEFU_POLICIES_DIR)")
        if not done:
            followed = authoring.publisher.follow(report)
            done = "indexed" if followed else "unchanged"
            if not followed and not _as_this_version_makes_it(settings, authoring):
                authoring.publisher.rebuild(report)
                done = "indexed again"
        current = authoring.store.current()
        assert current is not None
        return f"{done}, {len(current.revisions)} in publication {current.id}"


def _from_folder(settings: Settings, authoring: Authoring, console: Console) -> list[str]:
    """The documents that have a draft from the folder, taken now or by an earlier check."""
    try:
        taken = authoring.take(settings.policies_dir)
    except FolderConflict as conflict:
        console.print(f"\n  [yellow]kept as the store has it:[/] {conflict}")
        taken = authoring.take(settings.policies_dir, prefer="store")
    for problem in taken.problems:
        console.print(f"\n  [yellow]left out:[/] {problem}")
    return [draft.document for draft in authoring.store.drafts() if draft.source.startswith(SOURCE)]


def _published(
    authoring: Authoring, keys: list[str], first: bool, console: Console, report: Callable[[int, int], None]
) -> str:
    """What was done; "" where the checks stopped it."""
    try:
        _, findings = authoring.publish(keys, user_name(), "set-up", despite=first, progress=report)
        done = f"{len(keys)} documents published"
    except FoundWrong as found:
        findings, done = list(found.findings), ""
        console.print(f"\n  [yellow]not published:[/] {found}; see kefu docs check")
    for each in findings:
        if each.severity == "error":
            console.print(f"\n  [yellow]{each.document}:[/] {each.message}")
    return done


def _as_this_version_makes_it(settings: Settings, authoring: Authoring) -> bool:
    """Whether the index in use is sound, of this embedding model and these tune questions, and cut as the code cuts now."""
    members = authoring.store.revisions_of(authoring.store.current())
    try:
        snapshot = open_current(settings.snapshots_dir, authoring.publisher.embeddings())
        same_questions = snapshot.index.contents.basis.questions == questions_hash(
            authoring.publisher.questions()
        )
        return same_questions and list(snapshot.passages) == split_documents(documents_of(members))
    except RetrievalError:
        return False


def _prefixes(settings: Settings, console: Console) -> str:
    from agent.llama.model import LlamaModel
    from service.texts import open_texts

    if on_server(settings):
        return "not needed, the model is on a server"
    model = load_model(settings)
    if not isinstance(model, LlamaModel):
        return "not needed"
    policies = load_policy_book(settings.policies_dir)
    texts = open_texts(policies, settings.policies_dir).spoken_in(policies.voice_at(utc_now()))
    for language in ("zh", "en"):
        for name in ("answer_system", "second_look_system"):
            model.warm(texts.render(language, name))
    model.close()
    return "read"


def enough_room(folder: Path, needed: int) -> bool:
    """Whether `needed` bytes are free where `folder` is or will be."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free >= needed


STEPS = (
    Step("Models", _models),
    Step("Database", _database),
    Step("Sample shop", _sample_shop),
    Step("Understanding", _understanding),
    Step("Knowledge index", publish_knowledge),
    Step("Prompt states", _prefixes),
)
