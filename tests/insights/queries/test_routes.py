"""The insights over HTTP: guarded, typed, and every selection of an answer is a query of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.testing import TestClient
from sqlalchemy import Engine

from insights.pseudonyms import masks
from service.insights.desk import InsightsDesk
from service.insights.routes import Insights
from service.problems import handle
from tests.insights.facts.raw import ZONE

# What the databases answer is tested beside; here it is what becomes of it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKEN = "a-token-of-the-staff-of-32-bytes!"
CHARTS = (
    "overview", "contacts", "sentiment", "complaints", "stages", "handovers", "products", "channels", "unanswered",
    "conversations", "conversations/c00",
)  # fmt: skip


@pytest.fixture
def client(served: Engine) -> Iterator[TestClient[Litestar]]:
    desk = InsightsDesk(served, ZONE, masks(b"key", lambda text: "·"))
    app = Litestar(
        [Insights], dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        exception_handlers={Exception: handle}, state=State({"staff_token": TOKEN}),
        signature_types=[InsightsDesk], logging_config=None,
    )  # fmt: skip
    with TestClient(app) as made:
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def test_every_chart_answers_staff_and_nobody_else(client: TestClient[Litestar]) -> None:
    for chart in CHARTS:
        assert client.get(f"/v1/insights/{chart}").status_code == 200, chart
        assert client.get(f"/v1/insights/{chart}", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_selection_is_a_query_of_the_list(client: TestClient[Litestar]) -> None:
    for chart in ("contacts", "channels", "handovers", "sentiment"):
        for number in client.get(f"/v1/insights/{chart}", params={"since": "2026-11-15"}).json():
            query: dict[str, Any] = {
                name: str(value).lower() if value is True else value
                for name, value in number["selection"].items()
            }
            page = client.get("/v1/insights/conversations", params=query | {"limit": 200}).json()
            assert len(page["conversations"]) == number["count"]


def test_a_column_is_named_once_for_each_of_its_values(client: TestClient[Litestar]) -> None:
    def listed(**query: Any) -> set[str]:
        page = client.get("/v1/insights/conversations", params=query | {"limit": 200}).json()
        return {each["conversation_id"] for each in page["conversations"]}

    assert listed(reason=["tracking", "return_item"]) == listed(reason="tracking") | listed(
        reason="return_item"
    )
    assert listed(reason="tracking") and listed(reason="return_item") and listed(reason="") == listed()
    theirs = {
        each["customer"] for each in client.get("/v1/insights/conversations").json()["conversations"]
    } - {""}
    assert len(theirs) == 2 and len(listed(customer=sorted(theirs))) > len(listed(customer=min(theirs))) > 0


def test_names_and_texts_are_shown_only_where_asked_for(client: TestClient[Litestar]) -> None:
    masked = client.get("/v1/insights/conversations/c00").json()
    shown = client.get("/v1/insights/conversations/c00", params={"unmasked": "true"}).json()
    assert {each["text"] for each in masked["turns"]} == {"·"}
    assert "13800138000" in shown["turns"][0]["text"]


PROBLEMS = {
    "overview?since=2026-02-30": 400, "overview?since=2026-02-02&until=2026-02-01": 400, "contacts?language=fr": 400,
    "stages?process=tea": 400, "conversations?limit=0": 400, "conversations?mood=blue": 400,
    "conversations/nobody": 404, "contacts?channel=%00": 400, "conversations?after=%00": 400,
    "conversations?reason=%00": 400, "conversations?reason=a&reason=": 400, "conversations?process=tea": 400,
    "conversations?stage=received": 400, "conversations?outcome=tea": 400, "conversations?customer=C-1": 400,
    "conversations?happened_until=soon": 400, "conversations?regoin=a": 400, "conversations?timed=maybe": 400,
    "conversations?" + "&".join(f"region={n}" for n in range(301)): 400,
}  # fmt: skip


def test_what_cannot_be_asked_is_a_problem_with_its_reason(client: TestClient[Litestar]) -> None:
    for query, status in PROBLEMS.items():
        answer = client.get(f"/v1/insights/{query}")
        assert answer.status_code == status, query
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


def test_the_routes_are_described(client: TestClient[Litestar]) -> None:
    paths = client.get("/schema/openapi.json").json()["paths"]
    names = {each["name"] for each in paths["/v1/insights/contacts"]["get"]["parameters"]}
    assert {"since", "until", "channel", "language", "product_id"} <= names
