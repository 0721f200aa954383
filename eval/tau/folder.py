"""A folder of τ-bench retail tasks: the database, the tasks, and the scripts that come with them."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

Task = dict[str, Any]
Database = dict[str, dict[str, Any]]
SCRIPT = "retail_shop.py"


class TauDataError(ValueError):
    """A folder that cannot be used; the message says what is missing."""


@dataclass(frozen=True)
class TauFolder:
    """`shop` is the folder's own `retail_shop.py`: it knows what the gold actions come to, and scores."""

    path: Path
    shop: ModuleType

    def text(self, name: str = "db.json") -> str:
        """The text of a file of the folder; raises `TauDataError`."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TauDataError(f"{self.path / name}: cannot be read: {error}") from error

    def database(self, name: str = "db.json") -> Database:
        data: Database = self._json(self.text(name), name)
        if not isinstance(data, dict) or not {"users", "orders", "products"} <= data.keys():
            raise TauDataError(f"{self.path / name}: users, orders and products are needed")
        return data

    def tasks(self, split: str) -> list[Task]:
        """The tasks of a split ("all" for every one), in the order of the file."""
        lines = self.text("gold.jsonl").splitlines()
        tasks = [self._json(line, f"gold.jsonl line {n}") for n, line in enumerate(lines, 1) if line.strip()]
        found = [task for task in tasks if split in ("all", task.get("split"))]
        if not found:
            splits = sorted({str(task.get("split")) for task in tasks})
            raise TauDataError(
                f"{self.path}: no task of split {split!r}; there are: {', '.join(splits)}, all"
            )
        return found

    def _json(self, text: str, name: str) -> Any:
        try:
            return json.loads(text)
        except ValueError as error:
            raise TauDataError(f"{self.path}: {name}: not JSON: {error}") from error


def open_folder(path: Path) -> TauFolder:
    """Load the folder's scripts. They are run: open only folders that you trust."""
    for name in (SCRIPT, "db.json", "gold.jsonl"):
        if not (path / name).is_file():
            raise TauDataError(f"{path}: there is no {name}; docs/evaluation.md describes the folder")
    return TauFolder(path, load_script(path / SCRIPT))


def load_script(path: Path) -> ModuleType:
    """Import one script of the folder; its neighbours can be imported by their names, as there."""
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    known = sys.modules.get(path.stem)
    if known is not None and Path(str(known.__file__)) == path:
        return known
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise TauDataError(f"{path}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[path.stem]
        raise TauDataError(f"{path}: {error!r}") from error
    return module
