"""What about my complaint? Who has it, what was done last, what comes next and until when, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent.complaint_status import standing_of
from tests.agent.builders import understood
from tests.agent.goods import CARDS
from tests.agent.talking import Talk
from tests.tools.builders import NOW, yuan
from tools.desk import complaint_moves as moves
from tools.domain import Complaint, ComplaintKind, ComplaintOutcome, ComplaintStatus
from tools.policy.handling import steps_of

HOUR = timedelta(hours=1)
ASKED = {"zh": "我的投诉怎么样了", "en": "What about my complaint?"}


def complaint() -> Complaint:
    assert CARDS.complaints is not None and CARDS.complaints.handling is not None
    plan = CARDS.complaints.handling.plan_for(ComplaintKind.QUALITY, False)
    return Complaint(
        "CP-1A2B", "C-1", "W1000001", "K-0", ComplaintKind.QUALITY, "台灯三天就坏了", ComplaintStatus.OPEN,
        NOW - 10 * HOUR, language="zh", plan=plan.id, department="quality", answer_by=NOW + 14 * HOUR,
        resolve_by=NOW + 100 * HOUR, compensation_limit=yuan("50.00"), steps=steps_of(plan, NOW - 10 * HOUR),
    )  # fmt: skip


def told(case: Complaint, language: str, now: datetime = NOW) -> str:
    talk = Talk()
    talk.store.state.complaints[case.id] = case
    talk.now = now
    text = ASKED[language]
    answer = talk.hear(understood(text, "complaint", act="question"))
    assert answer.rule == "complaint.status"
    return talk.reply


def acknowledged(case: Complaint) -> Complaint:
    return moves.acknowledged(case, NOW - 5 * HOUR)


def stepped(case: Complaint) -> Complaint:
    return moves.step_done(acknowledged(case), 1, "Wang", NOW - 4 * HOUR)


def offered(case: Complaint) -> Complaint:
    return moves.compensation_offered(stepped(case), yuan("20.00"))


def answered(case: Complaint) -> Complaint:
    return moves.answered(offered(case), "我们给您换一盏新的。", NOW - 3 * HOUR)


def escalated(case: Complaint) -> Complaint:
    return moves.escalated(answered(case), "management", NOW + 120 * HOUR, NOW - 2 * HOUR)


def closed(case: Complaint) -> Complaint:
    return moves.closed(escalated(case), ComplaintOutcome.COMPENSATED, NOW - HOUR)


CASES: list[tuple[Callable[[Complaint], Complaint], dict[str, list[str]]]] = [
    (
        lambda case: case,
        {
            "zh": ["品控部", "联系客户", "11月13日（周五） 00:00：给您答复"],
            "en": [
                "our quality team",
                "Next: Contact the customer",
                "By Fri 13 November, 00:00 at the latest",
            ],
        },
    ),
    (acknowledged, {"zh": ["11月12日（周四） 05:00 已有专人接手"], "en": ["05:00 somebody took it on"]}),
    (
        stepped,
        {
            "zh": ["06:00 联系客户", "接下来：核对批次"],
            "en": ["06:00: Contact the customer", "Next: Check the batch"],
        },
    ),
    (offered, {"zh": ["补偿：¥20.00"], "en": ["Compensation offered: ¥20.00"]}),
    (
        answered,
        {
            "zh": ["已回复", "07:00 已答复您", "我们给您换一盏新的", "给出解决方案"],
            "en": ["answered", "we answered you on", "we propose a solution"],
        },
    ),
    (
        escalated,
        {
            "zh": ["已升级", "客服主管", "08:00 已升级", "由主管重新核查并答复"],
            "en": ["escalated to a manager", "a manager looks at it again"],
        },
    ),
    (closed, {"zh": ["已结案", "以补偿解决"], "en": ["closed", "settled with compensation"]}),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("move", "said"), CASES)
def test_the_customer_hears_how_it_stands(
    move: Callable[[Complaint], Complaint], said: dict[str, list[str]], language: str
) -> None:
    reply = told(move(complaint()), language)
    assert "CP-1A2B" in reply
    for words in said[language]:
        assert words in reply, reply


@pytest.mark.parametrize(("language", "sorry"), [("zh", "抱歉"), ("en", "sorry")])
def test_what_is_overdue_is_said_to_be_with_an_apology(language: str, sorry: str) -> None:
    assert sorry not in told(complaint(), language)
    assert sorry in told(complaint(), language, NOW + 15 * HOUR)
    assert sorry in told(answered(complaint()), language, NOW + 101 * HOUR)
    assert sorry not in told(closed(complaint()), language, NOW + 999 * HOUR)


def test_a_complaint_from_before_there_were_plans_is_told_of_as_it_was() -> None:
    old = Complaint(
        "CP-0", "C-1", "", "K-0", ComplaintKind.SERVICE, "没人理我", ComplaintStatus.OPEN, NOW - HOUR
    )
    assert "登记后 24 小时内会有人回复" in told(old, "zh")
    assert "超过承诺的 24 小时" in told(old, "zh", NOW + 48 * HOUR)
    assert "within 24 hours" in told(old, "en")


def test_a_department_that_the_card_no_longer_has_is_not_named() -> None:
    gone = replace(complaint(), department="closed_down")
    assert standing_of(gone, CARDS, NOW).department is None
    assert "closed_down" not in told(gone, "zh")
