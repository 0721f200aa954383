"""`kefu insights risk` as it is typed."""

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
from tools.domain import Money
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore
from tools.store.tables import refunds


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A shop with one order of which far more was paid back than was ever paid."""
    url, now = f"sqlite:///{tmp_path / 'kefu.db'}", datetime.now(UTC)
    engine = make_engine(url)
    migrate(engine)
    SqlStore(engine).import_shop(shop(order(), customers=(customer(1),)))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"update orders set placed_at = '{(now - timedelta(days=9)):%Y-%m-%d %H:%M:%S}'"
        )
        row = {
            "id": "RF-9",
            "order_id": "O-1",
            "seq": 9,
            "amount": Money.parse("99999.00"),
            "method_id": "pm",
        }
        connection.execute(insert(refunds), row | {"at": now - timedelta(days=1), "reason": "return"})
    engine.dispose()
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KEFU_DATABASE_URL", url)
    monkeypatch.setenv("KEFU_POLICIES_DIR", str(POLICIES))
    yield


def test_flags_are_listed_masked_and_in_clear_where_that_is_asked_for(installed: None) -> None:
    run = CliRunner()
    shown = run.invoke(app, ["insights", "risk", "--json"])
    assert shown.exit_code == 0, shown.output
    (flag,) = json.loads(shown.output)["flags"]
    assert flag["kind"] == "refund_anomaly" and flag["p"] is None
    assert "C-1" not in shown.output and "O-1" not in shown.output
    clear = json.loads(run.invoke(app, ["insights", "risk", "--json", "--unmasked"]).output)
    assert clear["flags"][0]["customers"] == ["C-1"] and clear["flags"][0]["orders"] == ["O-1"]
    table = run.invoke(app, ["insights", "risk", "--language", "zh"])
    assert table.exit_code == 0 and "99,999.00" in table.output and "C-1" not in table.output
