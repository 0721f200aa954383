"""Reads YAML files in a strict form; every mistake is named with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from eval.cases.errors import BadSuite
from eval.cases.hints import hint

MOST_BYTES = 5_000_000
# No field of a suite is nearly so deep.
MOST_DEEP = 40
_HALF = re.compile("[\ud800-\udfff]")

F = TypeVar("F", bound=BaseModel)
Path_ = tuple[str | int, ...]


def read_form(path: Path, form: type[F]) -> F:
    """A file in the form. Raises `BadSuite` naming every mistake with its line."""
    node, values = _read(path)
    try:
        return form.model_validate(values)
    except ValidationError as error:
        found = [_problem(node, problem, values) for problem in error.errors()]
        lines = [f"{path}:{line}: {what}" for line, what in sorted(found)]
        raise BadSuite(list(dict.fromkeys(lines))) from error


def line_of(path: Path, where: Path_) -> int:
    """The line, from 1, on which a value of a file begins that was read before."""
    return lines_of(path, [where])[0]


def lines_of(path: Path, places: Iterable[Path_]) -> list[int]:
    """As `line_of` for several values, with the file read once."""
    node, _ = _read(path)
    return [_nearest(node, where)[0] for where in places]


def _read(path: Path) -> tuple[yaml.Node, Any]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadSuite([f"{path}: cannot be read: {error.strerror}"]) from error
    if len(raw) > MOST_BYTES:
        raise BadSuite([f"{path}: is larger than {MOST_BYTES // 1_000_000} MB"])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadSuite([f"{path}:{line}: is not valid UTF-8: {error.reason}"]) from error
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise BadSuite([f"{path}:1: is empty"])
        problems = [f"{path}:{line}: {what}" for line, what in _doubled(node)]
        if problems:
            raise BadSuite(problems)
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadSuite(
            [f"{path}:{line}: is not YAML: {error.problem or error.context}{_advice(text, line)}"]
        ) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadSuite(
            [f"{path}:{line}: is not YAML: the sign U+{error.character:04X} is not taken"]
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadSuite([f"{path}:1: is not YAML: {error}"]) from error


class _Loader(yaml.SafeLoader):
    """YAML of a plain kind. Without aliases, by which a small file becomes a huge value; without tags, which turn text
    into something else; without dates: `2026-11-16` stays text."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if self.depth == MOST_DEEP:
            _refuse(event, f"more than {MOST_DEEP} values within each other are not taken")
        if isinstance(event, yaml.AliasEvent):
            _refuse(event, "aliases (*name) are not taken; write the value out")
        if event.tag is not None:
            _refuse(event, "tags (!name) are not taken; put a text that begins so in double quotes")
        if isinstance(event, yaml.ScalarEvent) and _HALF.search(event.value):
            _refuse(event, "half of a character (\\ud800 to \\udfff) is no text")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refuse(event: Any, why: str) -> NoReturn:
    raise yaml.composer.ComposerError(None, None, why, event.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _advice(text: str, line: int) -> str:
    """Nearly always it is a colon, a quote or a `#` within a message."""
    lines = text.split("\n")
    said = lines[line - 1] if 0 < line <= len(lines) else ""
    risky = any(sign in said for sign in (": ", "#", '"', "'", "{", "[", "%", "@", "`", "*", "&", "!"))
    return "; put the text in double quotes" if risky else ""


def _doubled(node: yaml.Node) -> list[tuple[int, str]]:
    """Keys that stand twice in a mapping: YAML would quietly keep the last one."""
    found: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    found.append((line, f"{key.value}: stands in line {seen[key.value]} already"))
                seen.setdefault(key.value, line)
            found += _doubled(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            found += _doubled(each)
    return found


def _problem(node: yaml.Node, problem: ErrorDetails, values: Any) -> tuple[int, str]:
    where = tuple(part for part in problem["loc"] if _is_place(part))
    line, known = _nearest(node, where)
    case = _named(values, known)
    named = ".".join(str(part) for part in (where[2:] if case else where)) or "file"
    return line, f"{case}{named}: {hint(problem)}"


def _is_place(part: str | int) -> bool:
    """pydantic also names the member of a union or a validator, which is no place in the file."""
    return isinstance(part, int) or not any(sign in part for sign in "[](), ")


def _named(values: Any, where: Path_) -> str:
    """The id of the case, which says more to people than its number."""
    if len(where) >= 2 and where[0] == "cases" and isinstance(where[1], int):
        case = values["cases"][where[1]]
        if isinstance(case, Mapping) and isinstance(case.get("id"), str):
            return f"case {case['id']}: "
    return ""


def _nearest(node: yaml.Node, where: Path_) -> tuple[int, Path_]:
    """The line of a place, or of what of the way to it there is, and that way."""
    line, known = node.start_mark.line + 1, []
    for part in where:
        found = _child(node, part)
        if found is None:
            break
        line, node = found
        known.append(part)
    return line, tuple(known)


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child.start_mark.line + 1, child
    return None
