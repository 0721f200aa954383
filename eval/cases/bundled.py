"""The suites that come with Kefu, and those of a folder of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases.errors import BadSuite, NothingToRun
from eval.cases.read import line_of, read_form
from eval.cases.schema import Case, Suite

BUNDLED = Path(__file__).resolve().parent.parent / "suites"
_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Loaded:
    """A suite with the file that it stands in; its cases name shop files beside that one."""

    suite: Suite
    path: Path

    @property
    def name(self) -> str:
        return self.suite.suite


def load(names: Sequence[str], folder: Path = BUNDLED) -> list[Loaded]:
    """Suites by name, file or folder; all of `folder` where nothing is named.

    Raises `BadSuite` with every problem of every file, `NothingToRun` for a name that nobody knows.
    """
    files = list(dict.fromkeys(_files(names, folder)))
    loaded: list[Loaded] = []
    problems: list[str] = []
    for path in files:
        try:
            loaded.append(load_file(path))
        except BadSuite as error:
            problems += error.problems
    problems += _same_names(loaded)
    if problems:
        raise BadSuite(problems)
    return loaded


def load_file(path: Path) -> Loaded:
    """One suite; raises `BadSuite`."""
    suite = read_form(path, Suite)
    problems = [*_same_cases(suite, path), *_pairs(suite, path)]
    if problems:
        raise BadSuite(problems)
    return Loaded(suite, path)


def in_folder(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in _YAML and path.is_file())


def _files(names: Sequence[str], folder: Path) -> Iterator[Path]:
    if not names:
        yield from in_folder(folder)
    for name in names:
        path = Path(name)
        if path.is_dir():
            found = in_folder(path)
            if not found:
                raise NothingToRun(f"{path}: has no suite, no file that ends in .yaml")
            yield from found
        elif path.suffix in _YAML:
            yield path
        else:
            yield _by_name(name, folder)


def _by_name(name: str, folder: Path) -> Path:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(each.stem for each in in_folder(folder))
        raise NothingToRun(f"{name!r} is no suite, file or folder; the suites here are {known}")
    return path


def _same_names(loaded: Sequence[Loaded]) -> list[str]:
    first: dict[str, Path] = {}
    problems = []
    for each in loaded:
        if each.name in first:
            problems.append(f"{each.path}:1: suite: {each.name!r} is the name of {first[each.name]} already")
        first.setdefault(each.name, each.path)
    return problems


def _same_cases(suite: Suite, path: Path) -> Iterator[str]:
    first: dict[str, int] = {}
    for number, case in enumerate(suite.cases):
        if case.id in first:
            line = line_of(path, ("cases", number, "id"))
            yield f"{path}:{line}: id: {case.id!r} is used in line {first[case.id]} already"
        else:
            first[case.id] = line_of(path, ("cases", number, "id")) if _doubled(suite, case) else 0


def _doubled(suite: Suite, case: Case) -> bool:
    return sum(each.id == case.id for each in suite.cases) > 1


def _pairs(suite: Suite, path: Path) -> Iterator[str]:
    """A pair is one case in Chinese and one in English."""
    pairs: dict[str, list[int]] = {}
    for number, case in enumerate(suite.cases):
        if case.pair:
            pairs.setdefault(case.pair, []).append(number)
    for name, numbers in pairs.items():
        languages = sorted(suite.cases[number].language for number in numbers)
        if languages != ["en", "zh"]:
            line = line_of(path, ("cases", numbers[0], "pair"))
            yield f"{path}:{line}: pair: {name!r} needs one case in zh and one in en, not {', '.join(languages)}"
