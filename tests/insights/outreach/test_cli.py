"""`kefu insights outreach` and `kefu insights forecast` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from service.cli import app
from tests.tools.builders import POLICIES, customer, order, shop
from tests.tools.conftest import sqlite_template as sqlite_template
from tools.domain import OrderStatus
from tools.store.database import make_engine, migrate
from tools.store.service_tables import consents
from tools.store.sql import SqlStore
from tools.store.tables import conversations, shipments


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shop with one late parcel, whose customer consents, and two contacts a day for four weeks."""
    url = f"sqlite:///{tmp_path / 'kefu.db'}"
    engine = make_engine(url)
    migrate(engine)
    late = order(status=OrderStatus.SHIPPED, delivered_at=None)
    SqlStore(engine).import_shop(shop(late, customers=(customer(1),)))
    now = datetime.now(UTC)
    row = {"channel": "web", "customer_id": None, "locale": "zh", "source": "", "state": {}}
    talks = [
        row | {"id": f"c_{day}_{number}", "created_at": now - timedelta(days=day)}
        for day in range(1, 29)
        for number in (1, 2)
    ]
    with engine.begin() as connection:
        connection.execute(
            shipments.update().values(shipped_at=now - timedelta(days=4), expected_at=now - timedelta(days=1))
        )
        connection.execute(insert(conversations), talks)
        connection.execute(
            insert(consents),
            {"customer_id": "C-1", "purpose": "proactive_messages", "granted": True, "at": now, "source": ""},
        )
    engine.dispose()
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KEFU_DATABASE_URL", url)
    monkeypatch.setenv("KEFU_POLICIES_DIR", str(POLICIES))
    yield tmp_path


def test_the_list_is_shown_written_once_and_masked(installed: Path) -> None:
    run = CliRunner()
    shown = run.invoke(app, ["insights", "outreach", "--json"])
    assert shown.exit_code == 0, shown.output
    (row,) = json.loads(shown.output)["outreach"]
    assert (row["kind"], row["order_id"], row["held"]) == ("parcel_late", "O-1", "")
    assert "C-1" not in shown.output and len(row["customer"]) == 12
    out = installed / "list.json"
    written = run.invoke(app, ["insights", "outreach", "--out", str(out), "--unmasked"])
    assert written.exit_code == 0, written.output
    assert [each["customer"] for each in json.loads(out.read_text())] == ["C-1"]
    again = run.invoke(app, ["insights", "outreach", "--out", str(out), "--unmasked"])
    assert "0 of 1" in again.output and json.loads(out.read_text()) == []


def test_a_batch_that_is_none_is_refused(installed: Path) -> None:
    for text in ("SKU-1", "SKU-1:2026-02-30:2026-03-01", "SKU-1:2026-03-02:2026-03-01"):
        assert CliRunner().invoke(app, ["insights", "outreach", "--batch", text]).exit_code == 2


def test_forecasts_as_json(installed: Path) -> None:
    found = CliRunner().invoke(app, ["insights", "forecast", "--json"])
    assert found.exit_code == 0, found.output
    assert isinstance(json.loads(found.stdout)["forecasts"], list)
