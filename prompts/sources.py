"""Where a text comes from: an author's file before the built-in one, and what may stand in an author's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    TemplateSyntaxError,
    nodes,
)
from jinja2.meta import find_undeclared_variables

from tools.domain import Language
from tools.policy.voice import VoiceCard

LANGUAGES: tuple[Language, Language] = ("zh", "en")
# What a model reads; no customer ever does.
FOR_MODELS = ("answer_", "second_look_")
_COMMON = frozenset({"shop", "customer"})
_NOT_COMPOSED = frozenset({"hand_over_note"})


class TextsUnusable(Exception):
    """Texts of authors that cannot be used: a line for every problem, with its file."""


@dataclass(frozen=True)
class Sources:
    """The built-in folder, which has a folder a language, and the author's own texts by language and name.

    The author's files are read once: what was checked is what is said. `unreadable` are problems of files.
    """

    builtin: Path
    own: Mapping[Language, Mapping[str, str]]
    unreadable: tuple[str, ...] = ()

    @classmethod
    def read(cls, builtin: Path, overrides: Path | None) -> Sources:
        own: dict[Language, dict[str, str]] = {language: {} for language in LANGUAGES}
        if overrides is None or not overrides.is_dir():
            return cls(builtin, own)
        unreadable = list(_strange(overrides))
        for language in LANGUAGES:
            for path in sorted((overrides / language).glob("*.j2")):
                try:
                    own[language][path.stem] = path.read_text(encoding="utf-8")
                except UnicodeDecodeError as error:
                    line = error.object.count(b"\n", 0, error.start) + 1
                    unreadable.append(f"{_place(path.stem, language)}:{line}: is not valid UTF-8")
                except OSError as error:
                    unreadable.append(f"{_place(path.stem, language)}: cannot be read: {error.strerror}")
        return cls(builtin, own, tuple(unreadable))

    def loader(self, language: Language, voice: VoiceCard) -> BaseLoader:
        """A name finds the author's text, else the built-in one; `builtin/NAME.j2` finds the built-in one always."""
        own = DictLoader({f"{name}.j2": text for name, text in self.own[language].items()})
        builtin = _Edited(self.builtin / language, lambda source: voice.addressed(source, language))
        return ChoiceLoader([own, builtin, PrefixLoader({"builtin": builtin})])

    def names(self, language: Language) -> list[str]:
        return sorted(path.stem for path in (self.builtin / language).glob("*.j2"))

    def builtin_text(self, name: str, language: Language) -> str:
        return (self.builtin / language / f"{name}.j2").read_text(encoding="utf-8")

    def everything(self) -> Iterator[tuple[str, str]]:
        """All texts with what they are called, in an order that does not change."""
        for language in LANGUAGES:
            for name in self.names(language):
                yield f"{language}/{name}", self.builtin_text(name, language)
            for name, text in sorted(self.own[language].items()):
                yield _place(name, language), text


def _place(name: str, language: Language) -> str:
    return f"texts/{language}/{name}.j2"


def _strange(overrides: Path) -> Iterator[str]:
    """Folders and files in which nobody looks for texts."""
    for path in sorted(overrides.iterdir()):
        if path.suffix == ".j2" or (
            path.is_dir() and path.name not in LANGUAGES and not path.name.startswith(".")
        ):
            yield f"texts/{path.name}: texts stand in texts/zh and texts/en"


class _Edited(FileSystemLoader):
    """Built-in texts with the shop's own word for the customer; values are filled in later and stay as they are."""

    def __init__(self, folder: Path, edit: Callable[[str], str]) -> None:
        super().__init__(folder)
        self._edit = edit

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, fresh = super().get_source(environment, template)
        # "You" in a model's instructions is the model.
        return (source if template.startswith(FOR_MODELS) else self._edit(source)), file, fresh


def problems(
    sources: Sources, language: Language, environment: Environment, voice: VoiceCard
) -> Iterator[str]:
    """What is wrong with the texts of one language under this voice, each with file and line."""
    names = sources.names(language)
    for name, source in sources.own[language].items():
        place = _place(name, language)
        if name not in names:
            yield f"{place}: there is no text of this name; the names are those of prompts/{language}"
            continue
        for line, what in _in_text(name, source, language, sources, environment):
            yield f"{place}:{line}: {what}"
    for name in names:
        if not name.startswith(FOR_MODELS):
            yield from _unsaid(name, sources, language, environment, voice)


def _in_text(
    name: str, source: str, language: Language, sources: Sources, environment: Environment
) -> Iterator[tuple[int, str]]:
    try:
        tree = environment.parse(source)
        # Filters and tests are looked up by the compiler only.
        environment.compile(source)
    except TemplateSyntaxError as error:
        yield error.lineno, f"is not a template: {error.message}"
        return
    given = _given(name, sources, environment)
    unknown = find_undeclared_variables(tree) - given - environment.globals.keys()
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            unknown = unknown - {node.name}
            yield (
                node.lineno,
                f"{node.name} has no value here; there is {', '.join(sorted(given | {'voice'}))}",
            )
    yield from _referenced(tree, language, sources)


def _referenced(tree: nodes.Template, language: Language, sources: Sources) -> Iterator[tuple[int, str]]:
    there = {f"{name}.j2" for name in sources.names(language)}
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        target = getattr(node, "template", None)
        if not isinstance(target, nodes.Const):
            yield node.lineno, "names a text by a value; write its name"
        elif str(target.value).removeprefix("builtin/") not in there:
            yield node.lineno, f"there is no text {target.value}"


def _given(name: str, sources: Sources, environment: Environment) -> frozenset[str]:
    """The values that a text may use: those that the built-in ones of either language use, and what all are given."""
    used: set[str] = set()
    for language in LANGUAGES:
        used |= find_undeclared_variables(environment.parse(sources.builtin_text(name, language)))
    common = frozenset() if name.startswith(FOR_MODELS) or name in _NOT_COMPOSED else _COMMON
    return (frozenset(used) | common) - environment.globals.keys()


def _unsaid(
    name: str, sources: Sources, language: Language, environment: Environment, voice: VoiceCard
) -> Iterator[str]:
    """Words that the voice card bans, in what a text says by itself."""
    own = sources.own[language].get(name)
    source = own or sources.builtin_text(name, language)
    if not voice.objection(source, language):
        # Nearly always; taking a text apart costs a hundred times as much.
        return
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError:
        return
    for line, said in constants(tree):
        if objection := voice.objection(said, language):
            hint = "" if own else f"; write your own {_place(name, language)} or take it off the card"
            place = _place(name, language) if own else f"prompts/{language}/{name}.j2"
            yield f"{place}:{line}: {objection}{hint}"


def constants(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What a text says whatever it is filled with, line by line."""
    for node in tree.find_all((nodes.TemplateData, nodes.Const)):
        said = node.data if isinstance(node, nodes.TemplateData) else getattr(node, "value", None)
        if isinstance(said, str):
            yield from enumerate(said.split("\n"), start=node.lineno)
