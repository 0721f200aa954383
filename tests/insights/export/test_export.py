"""Files for BI: whole, without names, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, insert

from insights.export import files
from insights.export.files import ExportRefused, Format, export
from insights.facts.filters import Filter
from insights.pseudonyms import Masks, masks, pseudonym
from tests.insights.facts.raw import LATER, START, ZONE, rows
from tools.domain import ComplaintKind, ComplaintStatus
from tools.store.fact_tables import fact_conversations
from tools.store.tables import complaints

NAMES = {"conversations", "reasons", "rules", "cases", "stages", "complaints", "ratings"}
FIRST = START.date()
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HIDDEN = masks(b"key", lambda text: text.replace("13800138000", "someone"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bi"


@pytest.fixture
def complained(served: Engine) -> Engine:
    row = {
        "id": "CP-1", "customer_id": "C-1", "order_id": "O-1", "conversation_id": "c01", "opened_at": LATER,
        "kind": ComplaintKind.QUALITY, "status": ComplaintStatus.OPEN, "text": "=HYPERLINK(13800138000)",
    }  # fmt: skip
    with served.begin() as connection:
        connection.execute(insert(complaints).values(row))
    return served


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_arrives_in_both_formats(complained: Engine, out: Path) -> None:
    by_csv = export(complained, out, "csv", Filter(), ZONE, HIDDEN)
    by_parquet = export(complained, out, "parquet", Filter(), ZONE, HIDDEN)
    assert {path.stem for path in by_csv} == NAMES
    assert [*by_csv.values()] == [*by_parquet.values()]
    for name in NAMES:
        frame = pd.read_parquet(out / f"{name}.parquet")
        assert len(frame) == len(table(out / f"{name}.csv"))
        header = (out / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert list(frame) == header.split(",")
    facts = rows(complained, fact_conversations)
    frame = pd.read_parquet(out / "conversations.parquet")
    assert frame.sentiment.tolist() == [row["sentiment"] for row in facts]
    assert frame.started_at.tolist() == [row["started_at"] for row in facts]


@on_sqlite
def test_nobody_is_named(complained: Engine, out: Path) -> None:
    export(complained, out, "csv", Filter(), ZONE, HIDDEN)
    everything = "".join(path.read_text(encoding="utf-8") for path in out.iterdir())
    for told in ("C-1,", "C-2,", "O-1,", "O-2,", "13800138000"):
        assert told not in everything
    assert pseudonym("customer", "C-1", b"key") in everything


@on_sqlite
def test_whoever_may_see_names_gets_them(complained: Engine, out: Path) -> None:
    export(complained, out, "csv", Filter(), ZONE, Masks())
    assert table(out / "complaints.csv")[0]["customer_id"] == "C-1"


@on_sqlite
def test_a_spreadsheet_computes_nothing(complained: Engine, out: Path) -> None:
    export(complained, out, "csv", Filter(), ZONE, Masks())
    assert table(out / "complaints.csv")[0]["text"] == "'=HYPERLINK(13800138000)"
    moods = [float(row["sentiment"]) for row in table(out / "conversations.csv")]
    assert min(moods) < 0


@on_sqlite
def test_days_are_the_shops(complained: Engine, out: Path) -> None:
    days = Filter(FIRST + timedelta(days=3), FIRST + timedelta(days=5))
    export(complained, out, "csv", days, ZONE, HIDDEN)
    found = {row["day"] for row in table(out / "conversations.csv")}
    assert found == {(FIRST + timedelta(days=n)).isoformat() for n in (3, 4, 5)}
    assert not table(out / "complaints.csv")


@on_sqlite
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_that_breaks_off_leaves_the_earlier_files(
    complained: Engine, out: Path, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(complained, out, form, Filter(), ZONE, HIDDEN)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def broken(name: str, n: int) -> None:
        if name.startswith("stages"):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        export(complained, out, form, Filter(), ZONE, Masks(), broken)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@on_sqlite
def test_many_rows_are_written_a_few_at_a_time(
    complained: Engine, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BATCH", 7)
    told: list[Any] = []
    export(complained, out, "parquet", Filter(), ZONE, HIDDEN, lambda name, n: told.append((name, n)))
    assert [n for name, n in told if name.startswith("conversations")] == [7, 14, 21, 28, 35, 40]
    assert len(pd.read_parquet(out / "conversations.parquet")) == 40


@on_sqlite
def test_a_file_is_no_folder(complained: Engine, out: Path) -> None:
    out.write_text("")
    with pytest.raises(ExportRefused, match="no folder"):
        export(complained, out, "csv", Filter(), ZONE, HIDDEN)
