"""What holds for any text: changed figures are dropped, texts support themselves, nothing is ever raised."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agent.ledger.align import placed, rest_of
from agent.ledger.figures import figures, same
from agent.ledger.pieces import read
from agent.types import Draft
from agent.verify import verify
from tests.agent.builders import hit
from tests.agent.ledger.test_pairs import PAIRS, claim_of, passages
from tools.domain import Language

WITH_FIGURE = [each for each in PAIRS if each["ok"] and any(char.isdecimal() for char in each["sentence"]) and claim_of(each).supported]  # fmt: skip
UNITS = {
    "个工作日": "天",
    "business days": "days",
    "小时": "天",
    "hours": "days",
    "个月": "天",
    "months": "days",
}
WRITINGS = {
    "days": ("{} days", "{} 天", "{}天内", "within {} days"),
    "business days": ("{} business days", "{} 个工作日", "{} working days"),
    "money": ("¥{}", "{} 元", "CNY {}", "{} yuan"),
    "hours": ("{} hours", "{} 小时", "{}小时内"),
    "share": ("{}%", "百分之{}", "{} percent"),
}


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(WITH_FIGURE), st.integers(2, 9999), st.data())
def test_a_changed_figure_never_leaves(pair: dict[str, Any], number: int, data: st.DataObject) -> None:
    language: Language = pair["language"]
    sentence = pair["sentence"]
    digits = [(m, n) for m, n in _runs(sentence)]
    start, end = data.draw(st.sampled_from(digits))
    changed = sentence[:start] + str(number) + sentence[end:]
    source = passages()[pair["passage"]]
    offered = figures(f"{source.context}\n{source.text}", language)
    assume(not all(any(same(each, other) for other in offered) for each in figures(changed, language)))
    assert not claim_of(pair | {"sentence": changed}).supported


@pytest.mark.parametrize("pair", [each for each in WITH_FIGURE if any(unit in each["sentence"] for unit in UNITS)], ids=lambda pair: pair["sentence"])  # fmt: skip
def test_a_changed_unit_never_leaves(pair: dict[str, Any]) -> None:
    for unit, other in UNITS.items():
        changed = re.sub(rf"(?<=\d)(\s?){unit}", rf"\1{other}", pair["sentence"])
        if changed != pair["sentence"]:
            assert not claim_of(pair | {"sentence": changed}).supported


@given(st.sampled_from(sorted(WRITINGS)), st.integers(2, 99), st.data())
def test_a_figure_supports_itself_in_every_writing(kind: str, number: int, data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from(WRITINGS[kind])).format(number) for _ in range(2))
    said, source = (read(text, "", "en" if text.isascii() else "zh") for text in (one, other))
    (figure,) = placed(said)
    base, why = rest_of(figure, placed(source), source)
    assert base is not None and not why


@settings(deadline=None)
@given(st.text(max_size=120))
@example("| a |\n|---|\n| 7 天 |")
def test_a_text_supports_its_own_figures(text: str) -> None:
    found = figures(text, "zh")
    assert all(any(same(each, other) for other in figures(text, "zh")) for each in found)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=120), st.sampled_from(["zh", "en"]))
@example("|||\n||", "|", "en")
@example("7 天 \x00 ¥", "١٢ 天 ³ ½ Ⅷ", "zh")
def test_no_text_breaks_it(passage: str, sentence: str, language: Language) -> None:
    draft = Draft("policy", sentences=iter([sentence]), hits=(hit(passage, language),))
    fixed = Draft("note", text=sentence, facts={"text": passage})
    reply = verify([draft, fixed], language, lambda piece: None)
    assert reply.claims


def _runs(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a text stand, ranges and clock times left out."""
    return [m.span() for m in re.finditer(r"(?<![\d:.,-])\d+(?![\d:.,-]|\s?[–到至])", text)] or [
        m.span() for m in re.finditer(r"\d+", text)
    ]
