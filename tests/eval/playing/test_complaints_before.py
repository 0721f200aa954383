"""Complaints that are there before a case: opened and handled by the card's plans; what cannot have been is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from eval.cases.schema import FiledBefore
from eval.playing.complaints import CannotFile, file_complaints
from eval.playing.shops import Shops
from eval.replies.sample import MOMENT, sample_shop
from tests.agent.goods import CARDS
from tools.domain import Complaint, ComplaintPriority, ComplaintStatus
from tools.store.database import make_engine
from tools.store.sql import SqlStore

GIVEN: dict[str, Any] = {
    "id": "CP-1A2B", "customer": "liwen@example.com", "kind": "logistics", "order_id": "W1000001",
    "text": "三天没动", "hours_ago": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Shops(tmp_path_factory.mktemp("shop")).open(None, Path("suite.yaml"))[1]


@pytest.fixture
def engine(original: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{shutil.copy(original, tmp_path)}")
    yield engine
    engine.dispose()


def filed(engine: Engine, **fields: Any) -> Complaint:
    """The customer's only complaint, as it stands at the first message."""
    file_complaints([FiledBefore.model_validate(GIVEN | fields)], engine, sample_shop(), CARDS, MOMENT)
    (found,) = SqlStore(engine).complaints_of("C0001")
    return found


def test_it_is_opened_by_the_plan_at_its_own_time(engine: Engine) -> None:
    found = filed(engine)
    assert (found.id, found.text, found.order_id) == ("CP-1A2B", "三天没动", "W1000001")
    assert found.opened_at == MOMENT - timedelta(hours=20)
    assert found.answer_by == found.opened_at + timedelta(hours=12)
    assert (found.plan, found.department, found.language) == ("logistics", "logistics", "zh")
    assert (found.status, found.priority) == (ComplaintStatus.OPEN, ComplaintPriority.NORMAL)
    assert str(found.compensation_limit) == "¥30.00" and len(found.steps) == 2


def test_what_staff_did_is_done_at_its_own_time(engine: Engine) -> None:
    handled = [
        {"do": "acknowledge", "hours_ago": 15},
        {"do": "finish_step", "step": 1, "hours_ago": 14},
        {"do": "offer", "amount": "12.50", "hours_ago": 10},
        {"do": "answer", "text": "明天送到", "hours_ago": 10},
        {"do": "escalate", "text": "客户不同意", "hours_ago": 5},
        {"do": "close", "outcome": "compensated", "hours_ago": 1},
    ]
    found = filed(engine, handled=handled)
    assert found.acknowledged_at == MOMENT - timedelta(hours=15)
    assert found.steps[0].done_at == MOMENT - timedelta(hours=14) and found.steps[1].done_at is None
    assert (str(found.compensation), found.answer) == ("¥12.50", "明天送到")
    assert (found.status, found.department, found.outcome) == (
        ComplaintStatus.CLOSED,
        "management",
        "compensated",
    )
    assert found.closed_at == MOMENT - timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"customer": "nobody@example.com"}, "customer: 'nobody@example.com' is nobody's mail address in the shop"),
        ({"order_id": "W1000003"}, "order_id: liwen@example.com has no order W1000003"),
        ({"handled": [{"do": "offer", "amount": "99.00"}]}, "is not above zero and at most"),
        ({"handled": [{"do": "finish_step", "step": 9}]}, "9"),
        ({"handled": [{"do": "close", "outcome": "compensated"}]}, "no compensation was offered"),
    ],
)  # fmt: skip
def test_what_cannot_have_been_is_named(engine: Engine, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(CannotFile) as caught:
        filed(engine, **fields)
    assert str(caught.value).startswith("shop.complaints: CP-1A2B: ") and said in str(caught.value)
