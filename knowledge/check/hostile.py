"""Check 9: instructions to a model inside a document, hidden characters, look-alike addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from knowledge.check.findings import Finding, Severity, shortened
from retrieval.documents import Document

_INSTRUCTIONS = (
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|any|your|these|system)\b.{0,20}\b(?:instructions?|prompts?|rules|directions|guidelines|messages)\b",
    r"\b(?:reveal|print|repeat|show|output|leak)\b.{0,25}\b(?:system|hidden|initial)\s+(?:prompt|instructions?|message)\b",
    r"\byou\s+are\s+(?:now|no\s+longer)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:ai|assistant|model|chatbot|bot|dan|admin\w*|developer|system|bound|restricted|customer)\b",
    r"\b(?:act|behave|respond|pretend)\s+(?:as|like)\s+(?:if\s+you\s+(?:are|were)|an?\s+(?:ai|assistant|unrestricted|different|jailbroken|administrator))\b",
    r"\b(?:developer|jailbreak|god|dan|sudo)\s+mode\b|\bdo\s+anything\s+now\b|\bnew\s+(?:system\s+)?instructions?\s*:",
    r"\b(?:as|when)\s+(?:an?\s+)?(?:ai|language\s+model|assistant)\b.{0,40}\b(?:must|always|never|should)\b|\b(?:the\s+)?(?:assistant|chatbot|language\s+model)\s+(?:must|should|shall|has\s+to|will)\s+(?:now\s+|always\s+|never\s+)?(?:say|tell|answer|approve|grant|refund|offer|ignore|reply|promise)\b",
    r"(?:忽略|无视|忘记|忘掉|不要理会|跳过|覆盖).{0,12}(?:指令|提示词?|规则|设定|要求|约束|上文所有|以上内容|之前的内容)",
    r"(?:你|您)(?:现在|从现在起|从此)(?:开始)?(?:就)?(?:是|扮演|充当|作为|不再是|不受).{0,10}(?:AI|人工智能|助手|助理|机器人|模型|管理员|开发者|限制|约束)",
    r"(?:系统|初始|隐藏)提示词?|(?:输出|显示|告诉我|泄露|复述).{0,8}(?:系统指令|系统消息|内部指令)|开发者模式|越狱模式",
    r"(?:作为|身为)(?:一个|一名)?(?:AI|人工智能|语言模型|大模型|智能体).{0,20}(?:必须|应当|应该|一律|不得)|(?:模型|助手|机器人)(?:必须|应当|一律)(?:回答|回复|同意|批准|承诺|告诉)",
    r"扮演(?:一个|一名)?(?:没有限制|不受限|管理员|开发者)",
)
_PROMPT = re.compile("|".join(f"(?:{each})" for each in _INSTRUCTIONS), re.IGNORECASE)
_ROLE = re.compile(
    r"<\|[a-z_]{2,30}\|>|<\s*/?\s*(?:system|assistant|im_start|im_end|tool_call|instructions?)\s*>|\[/?INST\]|<</?SYS>>"
    r"|^\s*#{0,3}\s*(?:system|assistant|系统|助手)\s*(?:prompt|message|提示|消息)?\s*[:：]\s*\S",
    re.IGNORECASE | re.MULTILINE,
)
_PROMPT_WORD = re.compile(r"\bsystem\s+prompt\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<\s*(?:script|iframe|object|embed|form|meta|link|svg|style)\b|\bon(?:error|load|click)\s*=|javascript:|data:text/html|vbscript:", re.IGNORECASE)  # fmt: skip
# Marks that turn the direction of writing, tag characters and variation selectors can hide or reorder a text.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_HIDDEN = re.compile("[\u200b\u2060-\u2064\u00ad\u034f\u115f\u1160\u180e\u3164\ufeff\U000e0000-\U000e007f]|(?<![\u2190-\U0001faff\ufe0f])\u200d|(?<![\u0600-\u0dff])\u200c")  # fmt: skip
_SPACES = re.compile(r"\s{40,}")
_HOST = re.compile(r"(?:https?://|www\.|@)([^\s/?#()<>，。；、]+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOOK_ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def check_hostile(documents: Sequence[Document]) -> Iterator[Finding]:
    """Look through every line, hidden comments included: what is indexed may reach a model."""
    for document in documents:
        for number, line in enumerate(document.body.split("\n"), start=1):
            yield from _line(document, number, line)


def _line(document: Document, number: int, line: str) -> Iterator[Finding]:
    def found(severity: Severity, code: str, quote: str, message: str) -> Finding:
        return Finding(severity, code, document.key, "", number, message, quote=shortened(quote))

    if line.isascii() and len(line) < 4:
        return
    line = _SPACES.sub(" ", line)
    clear = unicodedata.normalize("NFKC", _HIDDEN.sub("", _DIRECTION.sub("", line)))
    if match := _ROLE.search(clear) or _PROMPT.search(clear) or _PROMPT_WORD.search(clear):
        yield found("error", "hostile.instruction", match.group(), "This speaks to a language model, not to a customer. Take it out.")  # fmt: skip
    if match := _SCRIPT.search(clear):
        yield found(
            "error",
            "hostile.script",
            match.group(),
            "A document holds text only. Take the script or frame out.",
        )
    if match := _DIRECTION.search(line):
        yield found(
            "error", "hostile.direction", _shown(line, match),
            f"{_name(match.group())} can make a text read differently from what it says. Take it out.",
        )  # fmt: skip
    if match := _HIDDEN.search(line.removeprefix("\ufeff") if number == 1 else line):
        yield found("warning", "hostile.hidden", _shown(line, match), f"The invisible {_name(match.group())} stands here. Take it out.")  # fmt: skip
    for host in _HOST.findall(line):
        if mixed := _mixed(host):
            yield found("error", "hostile.look-alike", host, f"The address {host} mixes Latin letters with {mixed} ones that look like them. Write it anew.")  # fmt: skip
    for word in _WORD.findall(_HOST.sub(" ", line)) if not line.isascii() else ():
        if mixed := _mixed(word):
            yield found("warning", "hostile.look-alike", word, f'"{word}" mixes Latin letters with {mixed} ones that look like them. Write it anew.')  # fmt: skip
            break


def _mixed(text: str) -> str:
    """The script whose letters stand among Latin ones, "" for none."""
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()}
    strange = next((script for script in _LOOK_ALIKE if script in scripts), "")
    return strange.capitalize() if strange and "LATIN" in scripts else ""


def _name(char: str) -> str:
    return f"character U+{ord(char[-1]):04X} ({unicodedata.name(char[-1], 'unnamed').lower()})"


def _shown(line: str, match: re.Match[str]) -> str:
    """The text around a hidden character, with the character made visible."""
    start, end = match.span()
    return f"{line[max(0, start - 20) : start]}⟨U+{ord(match.group()[-1]):04X}⟩{line[end : end + 20]}"
