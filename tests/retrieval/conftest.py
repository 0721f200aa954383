"""A little shop's documents: three policies in two languages, one only in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.documents import load_documents
from retrieval.snapshot import Snapshot, build_snapshot
from tests.retrieval.fakes import HashEmbeddings, Write

HEAD = "---\nid: {id}\ntitle: {title}\nlanguage: {language}\n{more}---\n"

RETURNS_ZH = """# 退货政策
<!-- questions: 你们有哪些退货规则 -->
本店的退货规则。

## 七天无理由退货 {#no-reason}
<!-- questions: 买错了能退吗？ | 不喜欢可以退货吗 -->
签收次日起 7 天内可以无理由退货，邮费 ¥12 由顾客承担。

## 质量问题 {#quality}
商品有质量问题，30 天内可以退货，邮费由店铺承担。
"""
RETURNS_EN = """# Returns
The rules of our shop.

## No-reason return {#no-reason}
<!-- questions: can I return what I do not like? -->
Return goods within 7 days of delivery; postage of ¥12 is yours.

## Quality problem {#quality}
Faulty goods may come back within 30 days; the shop pays the postage.
"""
INVOICES_ZH = "## 电子发票 {#electronic}\n<!-- questions: 怎么开票 -->\n电子发票在签收后 24 小时内开好。\n"
INVOICES_EN = "## Electronic invoice {#electronic}\nAn electronic invoice is issued within 24 hours.\n"
BIKES_EN = "## Bicycle repair {#repair}\nOur workshop repairs bicycles and changes tyres on Saturdays.\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a document: `write("returns", "zh", body, more="owner: me\\n")`."""

    def _write(id: str, language: str, body: str, title: str = "Title", more: str = "") -> Path:
        path = tmp_path / "policies" / language / f"{id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = HEAD.format(id=id, title=title, language=language, more=more)
        path.write_text(head + body, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def policies(write: Write, tmp_path: Path) -> Path:
    write("returns", "zh", RETURNS_ZH, "退货政策")
    write("returns", "en", RETURNS_EN, "Returns")
    write("invoices", "zh", INVOICES_ZH, "发票")
    write("invoices", "en", INVOICES_EN, "Invoices")
    write("bikes", "en", BIKES_EN, "Bicycles")
    return tmp_path / "policies"


@pytest.fixture
def embeddings() -> HashEmbeddings:
    return HashEmbeddings()


@pytest.fixture
def snapshot(policies: Path, tmp_path: Path, embeddings: HashEmbeddings) -> Snapshot:
    documents, problems = load_documents(policies)
    assert not problems
    return build_snapshot(documents, embeddings, tmp_path / "index")
