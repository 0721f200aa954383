"""An approved answer that says more than its section stops a publication."""

from __future__ import annotations

import pytest

from knowledge.check import Finding, check_documents
from retrieval.documents import Language
from tests.knowledge.check.making import TODAY, document, section

ZH = (
    "破损、发错货的退货，运费由我们承担；其他原因每次 ¥12，由顾客承担。详情见 https://shop.example/returns 。"
)
EN = "If it is our fault we pay the postage, otherwise it is ¥12 a return, within 7 days. Underwear cannot be returned."


def found(answer: str, text: str, language: Language) -> list[Finding]:
    body = section(f"<!-- questions: who pays -->\n{answer}\n{text}")
    findings = check_documents([document("rules", body, language)], None, TODAY)
    return [each for each in findings if each.code.startswith("answers.")]


@pytest.mark.parametrize(
    ("answer", "text", "language"),
    [
        ("破损、发错货的退货，运费由我们承担。", ZH, "zh"),
        ("自己的原因要付 12 元，破损包邮。", ZH, "zh"),
        ("请看 https://shop.example/returns。", ZH, "zh"),
        ("Our fault: we pay. Otherwise ¥12.", EN, "en"),
        ("You have seven days.", EN, "en"),
    ],
)
def test_an_answer_that_its_section_supports_is_fine(answer: str, text: str, language: Language) -> None:
    assert found(f"<!-- answer: {answer} -->", text, language) == []


@pytest.mark.parametrize(
    ("answer", "text", "language", "named"),
    [
        ("自己的原因要付 15 元。", ZH, "zh", "15"),
        ("十天内可以退，运费由我们承担。", ZH, "zh", "十天"),
        ("请看 https://other.example/x。", ZH, "zh", "https://other.example/x"),
        ("必须保留吊牌，运费由我们承担。", ZH, "zh", "必须"),
        ("我们保证当天处理。", ZH, "zh", "保证"),
        ("You have 14 days.", EN, "en", "14 days"),
        ("Write to help@shop.example.", EN, "en", "help@shop.example"),
        ("Underwear can be returned.", EN, "en", "the opposite about return"),
        ("You must keep the box.", EN, "en", "must"),
    ],
)
def test_a_figure_link_or_rule_that_the_section_does_not_have_is_an_error(
    answer: str, text: str, language: Language, named: str
) -> None:
    (finding,) = found(f"<!-- answer: {answer} -->", text, language)
    assert (finding.severity, finding.code, finding.line) == ("error", "answers.unsupported", 5)
    assert finding.passage == f"rules.{language}#rules"
    assert named in finding.message


def test_what_cannot_be_read_is_an_error_with_its_line() -> None:
    (finding,) = found("<!-- answers: We pay. -->", EN, "en")
    assert (finding.severity, finding.code, finding.line) == ("error", "answers.unreadable", 5)
    assert "<!-- answer: text -->" in finding.message
