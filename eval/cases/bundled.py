"""The suites that come with Kefu, and those of a folder of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases.errors import BadSuite, NothingToRun
from eval.cases.read import Path_, lines_of, read_form
from eval.cases.schema import Expect, Suite
from eval.scorers.values import problem_of

BUNDLED = Path(__file__).resolve().parent.parent / "suites"
_YAML = (".yaml", ".yml")
_NOTHING = Expect.model_construct()


@dataclass(frozen=True)
class Loaded:
    """A suite with the file that it stands in; its cases name shop files beside that one."""

    suite: Suite
    path: Path

    @property
    def name(self) -> str:
        return self.suite.suite


def load(names: Sequence[str], folder: Path = BUNDLED) -> list[Loaded]:
    """Suites by name, file or folder; all of `folder` where nothing is named. A folder that has the name of a suite
    is meant by `./NAME`.

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
    problems = [*_same_cases(suite), *_pairs(suite), *_sayings(suite)]
    if problems:
        lines = lines_of(path, [problem.where for problem in problems])
        found = sorted(zip(lines, (problem.what for problem in problems), strict=True))
        raise BadSuite([f"{path}:{line}: {what}" for line, what in found])
    return Loaded(suite, path)


def in_folder(folder: Path) -> list[Path]:
    """The YAML files of a folder, by name. Raises `NothingToRun` where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in _YAML and path.is_file())
    except OSError as error:
        raise NothingToRun(f"{folder}: cannot be read: {error.strerror}") from error


def _files(names: Sequence[str], folder: Path) -> Iterator[Path]:
    if not names:
        yield from in_folder(folder)
    here = {path.stem for path in in_folder(folder)} if names else set()
    for name in names:
        path = Path(name)
        if name in here:
            yield _by_name(name, folder)
        elif path.is_dir():
            found = in_folder(path)
            if not found:
                raise NothingToRun(f"{path}: has no suite, no file that ends in .yaml")
            yield from found
        elif path.suffix in _YAML:
            yield path
        else:
            yield _by_name(name, folder)


def _by_name(name: str, folder: Path) -> Path:
    here = {path.stem: path for path in reversed(in_folder(folder))}
    if name not in here:
        known = ", ".join(sorted(here)) or "none"
        raise NothingToRun(f"{name!r} is no suite, file or folder; the suites here are {known}")
    return here[name]


def _same_names(loaded: Sequence[Loaded]) -> list[str]:
    first: dict[str, Path] = {}
    problems = []
    for each in loaded:
        if each.name in first:
            problems.append(f"{each.path}:1: suite: {each.name!r} is the name of {first[each.name]} already")
        first.setdefault(each.name, each.path)
    return problems


@dataclass(frozen=True)
class _Problem:
    """What is wrong, and the way to it in the file."""

    where: Path_
    what: str


def _same_cases(suite: Suite) -> Iterator[_Problem]:
    first: dict[str, int] = {}
    for number, case in enumerate(suite.cases):
        if case.id in first:
            what = f"case {case.id}: id: is the id of case number {first[case.id] + 1} of this file already"
            yield _Problem(("cases", number, "id"), what)
        first.setdefault(case.id, number)


def _pairs(suite: Suite) -> Iterator[_Problem]:
    """A pair is one case in Chinese and one in English."""
    pairs: dict[str, list[int]] = {}
    for number, case in enumerate(suite.cases):
        if case.pair:
            pairs.setdefault(case.pair, []).append(number)
    for name, numbers in pairs.items():
        languages = sorted(suite.cases[number].language for number in numbers)
        if languages != ["en", "zh"]:
            case = suite.cases[numbers[0]]
            what = f"{name!r} needs one case in zh and one in en, not {', '.join(languages)}"
            yield _Problem(("cases", numbers[0], "pair"), f"case {case.id}: pair: {what}")


def _sayings(suite: Suite) -> Iterator[_Problem]:
    """Values that no reply could say, which would else stop a run in the middle or be checked in vain."""
    for number, case in enumerate(suite.cases):
        for turn, step in enumerate(case.turns):
            expect = step.expect or _NOTHING
            groups = (("must_say", sum(expect.must_say, ())), ("must_not_say", expect.must_not_say))
            for field, values in groups:
                for problem in filter(None, map(problem_of, values)):
                    where: Path_ = ("cases", number, "turns", turn, "expect", field)
                    yield _Problem(where, f"case {case.id}: turns.{turn}.expect.{field}: {problem}")
        filed = (case.after.complaints if case.after else None) or ()
        for place, complaint in enumerate(filed):
            if complaint.text and (problem := problem_of(complaint.text)):
                where = ("cases", number, "after", "complaints", place, "text")
                yield _Problem(where, f"case {case.id}: after.complaints.{place}.text: {problem}")
