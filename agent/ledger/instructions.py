"""Texts that speak to a language model instead of a customer."""

from __future__ import annotations

import re
import unicodedata

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
    r"(?:\bAI|人工智能|智能助手|智能客服|助手|助理|机器人|模型)(?:系统)?\s*(?:必须|应当|务必|一律|须知|请?注意)(?:执行|遵守|照做)?\s*[:：，,]",
    r"(?:回答|回复|答复)[^，。：；]{0,14}(?:时|的时候)[^，。；]{0,8}(?:统一|一律|都|只)(?:说|答|称|回)",
    r"\b(?:assistant|chatbot|bot|language model|AI)\s*[:,]\s*(?:please\s+)?(?:have|tell|ask|make|let|say|always|never|do|give|reply|answer)\b",
    r"扮演(?:一个|一名)?(?:没有限制|不受限|管理员|开发者)",
)
_PROMPT = re.compile("|".join(f"(?:{each})" for each in _INSTRUCTIONS), re.IGNORECASE)
_ROLE = re.compile(
    r"<\|[a-z_]{2,30}\|>|<\s*/?\s*(?:system|assistant|im_start|im_end|tool_call|instructions?)\s*>|\[/?INST\]|<</?SYS>>"
    r"|^\s*#{0,3}\s*(?:system|assistant|系统|助手)\s*(?:prompt|message|提示|消息)?\s*[:：]\s*\S",
    re.IGNORECASE | re.MULTILINE,
)
_PROMPT_WORD = re.compile(r"\bsystem\s+prompt\b", re.IGNORECASE)
# How something has to be answered; a shop may write "reply with your order number", so this only bars a quote.
_ANSWERING = re.compile(
    r"\b(?:always|only|just|instead|simply|then|now|must|should|please)?\s*(?:reply|respond|answer)\s+(?:only\s+|always\s+|exactly\s+|to\s+[^.,;]{1,40}\s+)?(?:with\b(?!\s+(?:your|the order|an order|in\b))|as follows|that\b)"
    r"|\b(?:say|tell|write)\s+(?:to\s+)?(?:every|all|any|each)\s+(?:\w+\s+)?(?:customers?|users?|people|visitors?|questions?)\b|\btell\s+(?:the\s+)?(?:customer|user)s?\s+(?:that\b|to\b)"
    r"|\b(?:to|for)\s+(?:every|all|any)\s+(?:questions?|messages?)\b|\bdo\s+not\s+(?:mention|reveal|tell|disclose)\b"
    r"|(?:请|直接|统一|一律|总是|始终|只能?|必须|都要?)(?:回复|回答|答复|告诉(?:所有|每|顾客|客户|用户))[^，。]{0,4}[:：“「\"]"
    r"|(?:无论|不管)[^，。]{0,10}(?:问|说|提)[^，。]{0,8}[，,]?[^。]{0,6}(?:回复|回答|答复|告诉|说)|(?:对|向|告诉)(?:所有|每[一个位]*|任何)(?:顾客|客户|用户|买家|问题)[^。]{0,8}(?:说|回|答|承诺|称)"
    r"|(?:请|务必|必须)(?:让|要求|引导|提示|通知)(?:顾客|客户|用户|买家)"
    r"|告诉(?:顾客|客户|用户)|(?:不要|别|不得|禁止)(?:提及|透露|告诉(?:顾客|客户|用户)|告知(?:顾客|客户|用户))",
    re.IGNORECASE,
)
# Marks that turn the direction of writing, tag characters and variation selectors can hide or reorder a text.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
HIDDEN = re.compile("[\u200b\u2060-\u2064\u00ad\u034f\u115f\u1160\u180e\u3164\ufeff\U000e0000-\U000e007f]|(?<![\u2190-\U0001faff\ufe0f])\u200d|(?<![\u0600-\u0dff])\u200c")  # fmt: skip
_SPACES = re.compile(r"\s{40,}")


def instruction(line: str) -> re.Match[str] | None:
    """Words that give a language model orders or pretend to be its prompt, however they are hidden."""
    clear = unicodedata.normalize("NFKC", HIDDEN.sub("", DIRECTION.sub("", _SPACES.sub(" ", line))))
    return _ROLE.search(clear) or _PROMPT.search(clear) or _PROMPT_WORD.search(clear)


def speaks_to_a_model(sentence: str) -> bool:
    """Whether a sentence must not be quoted: also where it says how something is to be answered."""
    return bool(instruction(sentence) or _ANSWERING.search(unicodedata.normalize("NFKC", sentence)))
