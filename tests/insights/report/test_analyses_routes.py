"""The analyses over HTTP: what they name is a query of the list, and personal data are masked until asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.testing import TestClient
from sqlalchemy import Engine

from insights.pseudonyms import masks
from insights.simulate.plan import Plan
from prompts.render import Texts
from retrieval.documents import load_documents
from retrieval.passages import split_documents
from service.insights.analyses import Analyses, Analysts
from service.insights.computed import Background
from service.insights.desk import InsightsDesk
from service.insights.routes import Insights
from service.insights.rules import RuleName, rule_names, sections_of
from service.problems import handle
from tests.tools.builders import POLICIES
from tools.policy.cards import PolicyBook

TOKEN = "a-token-of-the-staff-of-32-bytes!"


@pytest.fixture(scope="module")
def client(year: Engine, plan: Plan, policies: PolicyBook) -> Iterator[TestClient[Litestar]]:
    desk = InsightsDesk(year, policies.timezone, masks(b"key", lambda text: text))
    section = sections_of(split_documents(load_documents(POLICIES)[0]))
    analysts = Analysts(
        Background(lambda: plan.end),
        policies,
        lambda: Texts(policies.timezone),
        lambda: plan.end,
        None,
        section,
    )
    app = Litestar(
        [Insights, Analyses],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "analysts": Provide(lambda: analysts, sync_to_thread=False),
        },
        exception_handlers={Exception: handle}, state=State({"staff_token": TOKEN}),
        signature_types=[InsightsDesk, Analysts], logging_config=None,
    )  # fmt: skip
    with TestClient(app) as made:
        made.headers["Authorization"] = f"Bearer {TOKEN}"
        yield made


def result(client: TestClient[Litestar], name: str, **query: str) -> dict[str, Any]:
    """Asked for until it is computed."""
    for _ in range(600):
        answer = client.get(f"/v1/insights/{name}", params=query).json()
        if not answer["computing"]:
            assert answer["error"] == ""
            found: dict[str, Any] = answer["result"]
            return found
        time.sleep(0.1)
    raise AssertionError(f"{name} is still being computed")


def listed(client: TestClient[Litestar], selection: dict[str, Any]) -> Sequence[dict[str, Any]]:
    query = {name: str(each).lower() if each is True else each for name, each in selection.items()}
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = client.get("/v1/insights/conversations", params=query | {"limit": 200, "after": after}).json()
        found += page["conversations"]
        after = page["next"]
        if not after:
            return found


def test_a_finding_opens_as_many_conversations_as_it_says(client: TestClient[Litestar]) -> None:
    for days in ({}, {"since": "2026-01-01", "until": "2026-09-30"}):
        findings = result(client, "findings", **days)["findings"]
        assert findings
        for each in findings:
            assert len(listed(client, each["selection"])) == each["opens"] > 0


def test_flags_and_groups_open_their_customers(client: TestClient[Litestar]) -> None:
    shown = result(client, "risks")
    for each in (*shown["flags"], *shown["fairness"]["groups"]):
        if each["selection"] is None:
            continue
        named = each["selection"]["customer"]
        found = {talk["customer"] for talk in listed(client, each["selection"])}
        assert found == set([named] if isinstance(named, str) else named)
        if "flagged" in each:
            assert len(found) == each["flagged"]["part"]
        else:
            assert found == set(each["customers"] or each["touched"]) != set()


def test_a_row_of_who_will_write_is_looked_up_masked_and_in_clear(client: TestClient[Litestar]) -> None:
    rows = result(client, "outreach")["rows"]
    assert len(rows) > 1
    for row in rows:
        key = row["selection"]["customer"]
        one = client.get(f"/v1/insights/outreach/{key}").json()
        clear = client.get(f"/v1/insights/outreach/{key}", params={"unmasked": "true"}).json()
        assert one["customer"] == key != clear["customer"] and one["selection"] == clear["selection"]
        assert {talk["customer"] for talk in listed(client, one["selection"])} == {key}
        assert one["about"] and clear["customer"] not in str(one)
    missing = client.get("/v1/insights/outreach/000000000000")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert "pseudonym" in missing.json()["detail"]


def test_rules_are_called_what_the_documents_call_them(client: TestClient[Litestar]) -> None:
    rules = client.get("/v1/insights/rules").json()
    assert rules["returns.no_reason"]["zh"] == "七天无理由退货 · 退货政策"
    assert rules["returns.no_reason"]["en"] == "No-reason returns (change of mind) · Return policy"
    assert all(each["zh"] and each["en"] for each in rules.values())


def test_a_rule_without_its_section_has_no_name(policies: PolicyBook) -> None:
    assert rule_names(policies, lambda topic, language: ()) == {}
    documents = [each for each in load_documents(POLICIES)[0] if each.language == "zh"]
    found = rule_names(policies, sections_of(split_documents(documents)))
    assert found["repair"].zh and found["repair"] == RuleName(found["repair"].zh, "")
