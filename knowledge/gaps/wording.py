"""What makes two questions the same words, and what holds no word that a document could answer."""

from __future__ import annotations

import re

from retrieval.tokenizer import normalise, tokenize

_NOT_LETTERS = re.compile(r"[\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# Greetings, calls for attention and thanks, then the words that any question has; longest first.
_CHINESE_FILLERS = (
    "有没有人 有人在吗 请问一下 人工客服 转人工 早上好 上午好 中午好 下午好 晚上好 为什么 怎么样 怎么办 怎么回事 "
    "不好意思 麻烦了 有人吗 不客气 没事了 没事 什么 怎么 怎样 多少 哪里 哪个 几个 可以 能不能 是不是 有没有 "
    "行不行 好不好 在不在 对不对 谢谢 感谢 多谢 拜托 你好 您好 哈喽 哈啰 嗨 喂 再见 拜拜 好的 收到 明白 知道 "
    "测试 人工 客服 亲爱的 问题 一下 问下 问问 咨询 帮忙 帮我 麻烦 现在 然后 还有 那么 这么 这个 那个 但是 就是 "
    "的 了 吗 么 呢 啊 吧 呀 嘛 哦 噢 啦 哈 呵 嗯 恩 额 呃 哎 唉 亲 我 你 您 他 她 它 咱 们 是 在 和 也 都 就 还 "
    "这 那 有 没 个 请 问 不 好 对 行 能 会 要 想 说 人 谁 啥 哪 几 咋 早 晚 安 快 急 滴 喔 嘿 呗 哟"
)
_CHINESE_FILLER = re.compile("|".join(sorted(_CHINESE_FILLERS.split(), key=len, reverse=True)))
_ENGLISH_FILLERS = frozenset(
    token
    for token in tokenize(
        "hey hiya yo helo hallo good morning afternoon evening night day ok okay k yes yeah yep yup no nope nah "
        "thanks thank thankyou thx ty cheers welcome bye goodbye sorry excuse pls plz sir madam dear mate guys "
        "anyone anybody someone somebody everyone test testing hm hmm um uh er oh ah lol haha wow cool great "
        "nice fine sure right well just really very what whats what's why how hows how's who when where which "
        "much many about then now more else not don't dont know want need help question ask asking tell let "
        "not any some here still up u ur r im id ill get got would should may not me you're hello"
    )
)


def same_words(question: str) -> str:
    """A key that questions share when they differ only in case, punctuation, spaces, width or script."""
    return _NOT_LETTERS.sub(" ", normalise(question)).strip()


def has_content(question: str) -> bool:
    """Whether a word is left once greetings, fragments, numbers and the words of any question are gone."""
    text = same_words(question)
    if _CHINESE.search(_CHINESE_FILLER.sub(" ", text)):
        return True
    foreign = _CHINESE.sub(" ", text)
    return any(
        len(word) > 1 and word.isalpha() and word not in _ENGLISH_FILLERS and len(set(word)) > 1
        for word in tokenize(foreign)
    )
