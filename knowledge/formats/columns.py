"""Which column of a question–answer list holds what, by its name in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from knowledge.formats.questions import Row
from knowledge.formats.text import normal

_NAMES = {
    "question": "question questions q faq query title 问题 问 问句 提问 标题 常见问题 用户问题 客户问题 标准问题 标准问",
    "similar": "similar similarquestions similarquestion variants variant alternatives alternativequestions "
    "otherquestions aliases 相似问题 相似问 相似问法 其他问法 其它问法 同义问题 同义问 扩展问 扩展问题 别名",
    "answer": "answer answers a reply response text content 答案 答 回答 答复 回复 内容 标准答案",
    "section": "section heading category categories topic group 分类 类别 类目 章节 分组 主题 栏目",
    "language": "language lang locale 语言 语种",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_LANGUAGES = {"zh": "zh", "en": "en", "cn": "zh", "chinese": "zh", "english": "en", "中文": "zh", "英文": "en", "汉语": "zh", "英语": "en"}  # fmt: skip
_BETWEEN = re.compile(r"[\n|]")


def field_of(column: str) -> str:
    """`question`, `similar`, `answer`, `section`, `language`, or "" for a name that says nothing."""
    name = re.sub(r"[\s_\-.:：()（）]+", "", normal(column.lstrip("\ufeff")))
    return _FIELDS.get(name) or _FIELDS.get(re.sub(r"\d+$", "", name), "")


def fields_of(columns: Iterable[str]) -> set[str]:
    return {field_of(column) for column in columns} - {""}


def row_of(place: str, cells: Iterable[tuple[str, str]]) -> Row:
    """The entry that pairs of field and text make. Several questions may share a cell, one a line or between `|`."""
    texts: dict[str, list[str]] = {}
    for field, text in cells:
        texts.setdefault(field, []).append(text)
    questions = [
        part
        for field in ("question", "similar")
        for text in texts.get(field, [])
        for part in _BETWEEN.split(text)
    ]
    answers = [text for text in texts.get("answer", []) if text.strip()]
    return Row(place, tuple(questions), "\n\n".join(answers), _first(texts, "section"), _language(texts))


def _first(texts: Mapping[str, list[str]], field: str) -> str:
    return next((text for text in texts.get(field, []) if text.strip()), "")


def _language(texts: Mapping[str, list[str]]) -> str:
    name = normal(_first(texts, "language"))
    return _LANGUAGES.get(name) or _LANGUAGES.get(re.split(r"[-_]", name)[0], "")
