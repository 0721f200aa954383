"""Two clauses in the other order, where a word between them says how they belong together."""

from __future__ import annotations

import re
from random import Random

from eval.perturb.protect import kept_spans
from tools.domain import Language

_MOST = 120
_LEAST_WORDS = 3
_WANT_ZH = r"(?:我?(?:想要?|要|需要|打算|希望)|(?:麻烦|请|帮|给)我?|能不能|能否|可以|可不可以|能)"
_ZH = (
    # 因为 A，(所以) B.
    (re.compile(r"^因为(?P<a>[^，,。！？!?；;]{3,}?)[，,](?:所以)?(?P<b>[^，,。！？!?；;]{3,})(?P<end>[。！？!?]*)$"), "{b}，因为{a}{end}"),
    # A，因为 B.
    (re.compile(r"^(?P<a>[^，,。！？!?；;]{3,}?)[，,]\s?因为(?P<b>[^，,。！？!?；;]{3,})(?P<end>[。！!]*)$"), "因为{b}，{a}{end}"),
    # 如果 A，B.
    (re.compile(r"^(?:如果|要是|假如)(?P<a>[^，,。！？!?；;]{3,}?)(?:的话)?[，,](?P<b>[^，,。！？!?；;]{3,})(?P<end>[。！？!?]*)$"), "{b}，如果{a}的话{end}"),
    # A，所以 B.
    (re.compile(r"^(?P<a>[^，,。！？!?；;]{3,}?)[，,]?所以(?P<b>[^，,。！？!?；;]{3,})(?P<end>[。！!]*)$"), "{b}，因为{a}{end}"),
    # What is the matter, then what is wanted.
    (re.compile(rf"^(?P<a>[^，,。！？!?；;]{{3,}}?)[，,]\s?(?P<b>{_WANT_ZH}[^，,。！？!?；;]{{2,}})(?P<end>[。！？!?]*)$"), "{b}{end_or_comma}{a}"),
    # What is wanted, then why.
    (re.compile(rf"^(?P<a>{_WANT_ZH}[^，,。！？!?；;]{{3,}}?)[，,]\s?(?P<b>[^，,。！？!?；;]{{4,}})(?P<end>[。！!]*)$"), "{b}，{a}{end}"),
)  # fmt: skip
_BACKWARDS_ZH = re.compile(
    r"^(?:它|他|她|这|那|也|还|再|就|但|不过|可是|然后|所以|因此|否则|不然|另外|顺便|都|又|却|而|并|到时|最后|算|好的|谢|麻烦了|剩|其余|其他|其它|别的)"
)
_NOT_MOVED_ZH = re.compile(
    r"^(?:请问|你好|您好|亲|在吗|喂|哈喽|不好意思|打扰|麻烦问)|先|然后|再(?:帮|给|把)|如果|要是|不是|而是|的话$"
    r"|^(?:我)?(?:想问|问一?下|请教)|[吗呢吧呀啊么]$|什么|怎么|多久|多少|几|有没有|能不能|是不是|可不可以"
)
_WANT_EN = (
    r"(?:i(?:'d| would)? (?:want|like|need)|i wanna|please|pls|can i|can you|could i|could you|may i"
    r"|(?:cancel|return|refund|exchange|swap|change|give|tell|check|get|fix|repair|add|remove|update|take|send|pass|put me) )"
)
# A statement: no greeting, no answer, no question, no condition.
_STATED_EN = (
    r"(?!\s*(?:hi|hello|hey|hiya|ok|okay|yes|no|not|nah|thanks|thank|sorry|excuse|please|pls|what|where|when|who|why|how|which|is|are"
    r"|do|does|did|don't|can|could|will|would|should|if|because|since|and|but|or|regarding|about|for|my name|dear)\b)"
)
_EN = (
    (re.compile(r"^(?P<link>because|since|if|when|as)\s+(?!(?:will|do|does|did|is|are|was|were|can|could|should|would|has|have)\b)(?P<a>[^,.!?;]{8,}?),\s*(?P<b>[^,.!?;]{12,})(?P<end>[.!?]*)$", re.IGNORECASE), "{b} {link} {a}{end}"),
    (re.compile(r"^(?P<b>[^,.!?;]{8,}?),?\s+(?P<link>because|if)\s+(?P<a>[^,.!?;]{8,})(?P<end>[.!?]*)$", re.IGNORECASE), "{link} {a}, {b}{end}"),
    (re.compile(r"^(?P<a>[^,.!?;]{8,}?),?\s+so\s+(?P<b>(?:i|we|please|can|could)\b[^,.!?;]{8,})(?P<end>[.!?]*)$", re.IGNORECASE), "{b}, because {a}{end}"),
    # What is the matter and what is wanted, as two sentences or as one.
    (re.compile(rf"^{_STATED_EN}(?P<a>[^,.!?;]{{8,}}?)[.!]\s+(?P<b>{_WANT_EN}\b[^.!?;]{{6,}})(?P<end>[.!?]*)$", re.IGNORECASE), "{b}{end_or_stop} {a}."),
    (re.compile(rf"^(?P<a>{_WANT_EN}\b[^.!?;]{{6,}}?)[.!]\s+{_STATED_EN}(?P<b>[^,.!?;]{{8,}})(?P<end>[.!]*)$", re.IGNORECASE), "{b}{end_or_stop} {a}."),
    (re.compile(rf"^{_STATED_EN}(?P<a>[^,.!?;]{{8,}}?),\s*(?P<b>{_WANT_EN}\b[^,.!?;]{{6,}})(?P<end>[.!?]*)$", re.IGNORECASE), "{b}{end_or_comma} {a}"),
    (re.compile(rf"^(?P<a>{_WANT_EN}\b[^,.!?;]{{8,}}?),\s*{_STATED_EN}(?P<b>[^,.!?;]{{8,}})(?P<end>[.!]*)$", re.IGNORECASE), "{b}, {a}{end}"),
)  # fmt: skip
# Without one of these a Chinese clause before a question names only what the question is about.
_STATE_ZH = re.compile(r"[了太坏不没破错]")
_BACKWARDS_EN = re.compile(
    r"\b(?:too|also|then|instead|again|otherwise|else|first|after that|one|ones|same|he|she|they|them|those|these|that|there|so|but)\b",
    re.IGNORECASE,
)
_NOT_SINCE = re.compile(
    r"\bsince\s+(?:\d|last|yesterday|monday|the\s+\d)|\bas (?:soon|well|long)\b", re.IGNORECASE
)


def reordering(text: str, language: Language, random: Random) -> str | None:
    """The two clauses of a message changed over; None where it has more or fewer, or one leans on the other."""
    plain = text.strip()
    if len(plain) > _MOST:
        return None
    for pattern, form in _ZH if language == "zh" else _EN:
        if (match := pattern.match(plain)) and _is_whole(match) and _is_safe(match, language):
            return _changed_over(match, form, language)
    return None


def _is_whole(match: re.Match[str]) -> bool:
    """Whether nothing that is kept lies across a cut."""
    cuts = [cut for name in ("a", "b") for cut in match.span(name)]
    return not any(start < cut < end for start, end in kept_spans(match.string) for cut in cuts)


def _is_safe(match: re.Match[str], language: Language) -> bool:
    first, second = sorted((match["a"], match["b"]), key=lambda part: match.string.index(part))
    if language == "zh":
        if match["b"].endswith(("吗", "么", "不", "没")) and not _STATE_ZH.search(match["a"]):
            return False
        return not (_BACKWARDS_ZH.search(second.strip()) or _NOT_MOVED_ZH.search(first.strip()))
    return not (
        _BACKWARDS_EN.search(second) or _BACKWARDS_EN.search(first) or _NOT_SINCE.search(match.string)
    )


def _changed_over(match: re.Match[str], form: str, language: Language) -> str:
    end = match["end"]
    parts = {name: (text or "").strip() for name, text in match.groupdict().items()}
    if language == "en":
        parts = {name: _small(text) for name, text in parts.items()}
    comma = "，" if language == "zh" else ","
    changed = form.format(**{**parts, "end": end}, end_or_comma=end or comma, end_or_stop=end or ".")
    if language == "en" and match.string[:1].isupper():
        changed = re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda letter: letter.group().upper(), changed)
    return changed


def _small(part: str) -> str:
    """A clause that no longer begins the sentence; "I" and names keep their capital."""
    return (
        part[:1].lower() + part[1:]
        if re.match(
            r"(?:The|My|Our|Please|Can|Could|Is|It|This|That|If|Because|Since|When|As|Cancel|Return|Refund|Exchange|Swap|Change|Give|Tell|Check)\b",
            part,
        )
        else part
    )
