"""Messages of real conversations as training data: proposed by the heads, decided by a person.

What the heads said is only a proposal. Nothing is trained on before somebody has set `reviewed` to true;
without that the heads would learn their own mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.understand.heads import HeadScores
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS, NO_COMPLAINT, SENTIMENTS
from agent.understand.train.quality import comparable
from agent.understand.train.rows import clean, read_source
from agent.understand.training import TrainingDataError, read_examples

REVIEWED = "reviewed"
COLLECTED = "collected.train.jsonl"
FIELDS = ("text", "lang", "intents", "act", "sentiment", "complaint", "urgent")
# What is only measured on, or chosen by; training on it would flatter every number that is measured.
HELD_OUT = ("tune", "test")
# Questions about documents, of another form.
_OTHERS = ("retrieval.", "gaps.")
_CHOICES: dict[str, tuple[object, ...]] = {
    "lang": ("zh", "en"),
    "act": ACTS,
    "sentiment": SENTIMENTS,
    "complaint": (*COMPLAINTS, NO_COMPLAINT, None),
}


def labelled_files(folder: Path, split: str) -> list[Path]:
    """The files of labelled messages of "train", "tune" or "test"."""
    return [path for path in sorted(folder.glob(f"*.{split}.jsonl")) if not path.name.startswith(_OTHERS)]


def new_messages(messages: Iterable[tuple[str, str]], known: Container[str]) -> list[tuple[str, str]]:
    """Those of `messages`, which are (text, language), that say anything new: each once, and none whose
    comparable form is among `known`."""
    found: dict[str, tuple[str, str]] = {}
    for text, lang in messages:
        if text and (key := comparable(text)) not in known:
            found.setdefault(key, (text, lang))
    return list(found.values())


def proposals(messages: Iterable[tuple[str, str]], scored: Sequence[HeadScores]) -> list[dict[str, Any]]:
    """Lines to review, the least sure first. `messages` are (text, language), masked."""
    lines = []
    for (text, lang), scores in zip(messages, scored, strict=True):
        complaint = scores.complaint[0].label
        lines.append({
            "text": text, "lang": lang,
            "intents": [s.label for s in scores.intents if s.label in scores.predicted],
            "act": scores.act[0].label, "sentiment": scores.sentiment[0].label,
            "complaint": None if complaint == NO_COMPLAINT else complaint,
            "urgent": scores.urgent >= 0.5,
            REVIEWED: False, "sure": round(sureness(scores), 3),
        })  # fmt: skip
    return sorted(lines, key=lambda line: (line["sure"], line["text"]))


def sureness(scores: HeadScores) -> float:
    """0..1: how far the closest call of act and intents is from a toss-up."""
    intents = [abs(score.probability - scores.intent_threshold) for score in scores.intents]
    return min(scores.act[0].probability, 2 * min(intents, default=0.5))


@contextmanager
def merged(reviewed: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """As `merge`, for as long as nothing fails: after an error inside the block the folder is as it was."""
    target = folder / COLLECTED
    before = target.read_bytes() if target.exists() else None
    counts = merge(reviewed, folder)
    try:
        yield counts
    except BaseException:
        if before is None:
            target.unlink(missing_ok=True)
        else:
            _replace(target, before)
        raise


def merge(reviewed: Path, folder: Path) -> tuple[int, int]:
    """Add the reviewed lines of `reviewed` to `folder`/collected.train.jsonl; a text that is there already is
    labelled anew. Gives how many were added or changed and how many are not reviewed yet.

    Raises `TrainingDataError` naming file and line; then nothing was changed.
    """
    held_out = texts_of(path for split in HELD_OUT for path in labelled_files(folder, split))
    kept: dict[str, tuple[str, dict[str, Any]]] = {}
    waiting = 0
    for where, record in _records(reviewed):
        if problem := _problem(record):
            raise TrainingDataError(f"{where}: {problem}")
        if not record[REVIEWED]:
            waiting += 1
            continue
        line = {name: record.get(name) for name in FIELDS} | {"text": clean(record["text"])}
        key = comparable(line["text"])
        if key in held_out:
            raise TrainingDataError(
                f"{where}: {held_out[key]} has this text, which is for measuring: take the line out"
            )
        if key in kept and kept[key][1] != {**line, "text": kept[key][1]["text"]}:
            raise TrainingDataError(f"{where}: the same text as {kept[key][0]}, with other labels")
        kept[key] = where, line
    if kept:
        _add({key: line for key, (_, line) in kept.items()}, folder / COLLECTED)
    return len(kept), waiting


def texts_of(paths: Iterable[Path]) -> dict[str, str]:
    """The comparable form of every text of labelled files, each with the name of its file."""
    sources = [read_source(path, "text", "text") for path in paths]
    return {comparable(row.text): source.path.name for source in sources for row in source.rows}


def _records(path: Path) -> Iterator[tuple[str, Any]]:
    """Each line with its "file:line"; spreadsheets and editors may have put a byte order mark first."""
    data = path.read_bytes()
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = data[: error.start].count(b"\n") + 1
        raise TrainingDataError(f"{path.name}:{broken}: not UTF-8") from error
    # Not splitlines: a text may hold a line separator of Unicode.
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            where = f"{path.name}:{number}"
            try:
                yield where, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise TrainingDataError(f"{where}: not JSON: {error}") from error


def _problem(record: object) -> str:
    """What is wrong with a line of the review, "" if nothing is."""
    if not isinstance(record, Mapping) or not isinstance(record.get(REVIEWED), bool):
        return f"{REVIEWED}: true or false is needed"
    text, intents = record.get("text"), record.get("intents")
    if not isinstance(text, str) or not clean(text):
        return "text: a non-empty string is needed"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "text: half of a surrogate pair is no character"
    if not isinstance(intents, list):
        return "intents: a list of labels is needed, [] for none"
    if not isinstance(record.get("urgent"), bool):
        return "urgent: true or false is needed"
    wrong = [f"intents: {name!r}" for name in intents if name not in INTENTS]
    wrong += [f"{name}: {record.get(name)!r}" for name, of in _CHOICES.items() if record.get(name) not in of]
    return f"unknown label: {', '.join(wrong)}" if wrong else ""


def _add(lines: Mapping[str, dict[str, Any]], target: Path) -> None:
    if target.exists():
        read_examples(target)
    there = _records(target) if target.exists() else ()
    everything = {comparable(record["text"]): record for _, record in there} | dict(lines)
    content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in everything.values())
    target.parent.mkdir(parents=True, exist_ok=True)
    _replace(target, content.encode())


def _replace(target: Path, data: bytes) -> None:
    """All of it or nothing."""
    partial = target.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(target)
