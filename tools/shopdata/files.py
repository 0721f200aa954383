"""A shop's data on disk, in every format there is: read with clear words, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal
from uuid import uuid4

from tools.domain import Shop
from tools.errors import ExportRefused, ImportRefused, Problem
from tools.shopdata.csv_read import load_folder
from tools.shopdata.csv_tables import HEAD, all_tables
from tools.shopdata.csv_write import dump_folder
from tools.shopdata.draft import Watch, unwatched
from tools.shopdata.shop_file import dump_parts, load_shop

Written = Literal["json", "csv"]


class Format(StrEnum):
    AUTO = "auto"
    JSON = "json"
    CSV = "csv"
    TAU = "tau"


def read_shop(path: Path, kind: Format, now: datetime, watch: Watch = unwatched) -> Shop:
    """Read and check a shop; "auto" takes a folder for CSV and a file for JSON. Raises `ImportRefused`.

    `now` is for formats without dates of their own.
    """
    if not path.exists():
        raise _refused(path, "there is no such file or folder")
    folder = path.is_dir()
    if kind is Format.CSV or (kind is Format.AUTO and (folder or path.suffix.lower() == ".csv")):
        if not folder:
            raise _refused(path, f"a shop in CSV is a folder of tables with {HEAD}.csv; name that folder")
        return load_folder(path, watch)
    if folder:
        raise _refused(path, f"a folder, where a {kind.value} file is needed")
    data = path.read_bytes()
    if kind is Format.TAU:
        return _tau(data, path, now)
    return load_shop(data, path.name, watch)


def _tau(data: bytes, path: Path, now: datetime) -> Shop:
    from tools.shopdata.tau import load_tau

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, f"not UTF-8: byte 0x{data[error.start]:02x}") from error
    return load_tau(text, path.name, now)


def _refused(path: Path, reason: str) -> ImportRefused:
    return ImportRefused([Problem((), reason, str(path))])


def write_shop(shop: Shop, path: Path, kind: Written, watch: Watch = unwatched) -> None:
    """Write a shop file or folder; what was there stays until the new one is complete.

    Raises `ExportRefused` where something else is in the way.
    """
    target = path.resolve()
    if not target.parent.is_dir():
        raise ExportRefused(f"{path}: there is no folder {target.parent}")
    if kind == "csv":
        _write_folder(shop, path, target, watch)
    else:
        _write_file(shop, path, target, watch)


def _write_file(shop: Shop, path: Path, target: Path, watch: Watch) -> None:
    if target.is_dir():
        raise ExportRefused(f"{path}: a folder; add --format csv to write tables into it")
    with _partial(target) as partial:
        with partial.open("wb") as file:
            file.writelines(dump_parts(shop, watch))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)


def _write_folder(shop: Shop, path: Path, target: Path, watch: Watch) -> None:
    if target.exists() and not target.is_dir():
        raise ExportRefused(f"{path}: a file, where a folder for the tables is needed")
    old = sorted(item.name for item in target.iterdir()) if target.exists() else []
    ours = {f"{HEAD}.csv", *(table.file for table in all_tables())}
    if old and (f"{HEAD}.csv" not in old or not ours.issuperset(old)):
        stranger = next(name for name in old if name not in ours or f"{HEAD}.csv" not in old)
        raise ExportRefused(f"{path}: not empty and no export of a shop: it holds {stranger!r}")
    with _partial(target) as partial:
        partial.mkdir()
        dump_folder(shop, partial, watch)
        if not old:
            partial.replace(target)
            return
        with _partial(target) as before:
            target.replace(before)
            try:
                partial.replace(target)
            except OSError:
                before.replace(target)
                raise


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A name beside `target` of which nothing is left in the end."""
    path = target.with_name(f".{target.name}.{uuid4().hex[:8]}.partial")
    try:
        yield path
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
