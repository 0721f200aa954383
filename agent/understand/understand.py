"""The stage itself: message and conversation in, `Understanding` out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from agent.mood import mood_of
from agent.types import Clause, Entity, Score, State, Understanding
from agent.understand.assent import begins_with_yes, hesitates, other_action, says_only_yes
from agent.understand.clauses import Embed, read_clauses
from agent.understand.entities import find_entities, normalise
from agent.understand.heads import Heads, HeadScores
from agent.understand.labels import NO_COMPLAINT
from agent.understand.language import detect_language
from agent.understand.second_look import Ask, leading, picked, worth_asking

# What is left of a message that says yes, or no, and nothing else. Only a whole message counts.
_YES_ZH = (
    r"好(?:的|吧|滴|哒|啊|呀|嘞|勒|咧|哦|了)?|行(?:的|吧|啊)?|可以(?:的|啊|呀)?|嗯+|恩+|对(?:的|呀|啊)?|是(?:的|啊)?|确认|确定|没问题|没错|同意"
    r"|成|中|得嘞|妥|要得|办吧|退吧|提交(?:吧)?|就这样(?:办)?(?:吧)?|就这么(?:办|定)(?:了|吧)?|那就这样(?:吧)?|请(?:办理|提交|确认)"
    r"|确认(?:退货|提交|办理)|帮我(?:办|退|提交)(?:吧|了吧)?"
)
_YES_EN = (
    r"y|ya|ye[sap]h?|yea|yeah|yup|yep|ok(?:ay|ie)?|k|kk|sure(?: thing)?|fine|please|please do(?: (?:it|that|so))?|do (?:it|that)|go ahead"
    r"|go for it|confirm(?:ed)?|i confirm|correct|right|that'?s (?:right|correct|fine|ok|okay|good)|sounds (?:good|great|fine)(?: to me)?"
    r"|looks (?:good|right)(?: to me)?|great|perfect|agreed|absolutely|definitely|of course|proceed|lets do it|let'?s do (?:it|that)|all good"
)
_NO_ZH = (
    r"否|不(?:用|要|行|对|是|可以|同意|确认|退)?(?:了|吧)?|算了(?:吧)?|别(?:退|办)?(?:了)?|先(?:不|别)(?:退|办|要)?(?:了|吧)?|取消(?:吧|了)?|等等再说|再说吧|不用退了?|不退了"
    r"|没有|没了|没事了?|没别的了?"
)
_NO_EN = (
    r"n|no+(?: thanks?| thank you)?|nope|nah|never ?mind|don'?t|do not|not now|stop|cancel(?: (?:it|that))?|leave it|forget (?:it|about it)"
    r"|i changed my mind|actually no|not really|nothing(?: else)?|that'?s all"
)
_TRIM = re.compile(r"[\s,.!~，。！～、…;；:：]+|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+")
_POLITE = re.compile(
    r"(?:谢谢(?:你|您)?|多谢|感谢|麻烦(?:你|您)?了?|辛苦(?:你|您)?了?|亲(?:亲)?|哈+|thanks?(?: you)?(?: so much)?|thx|pls|please|mate|cheers)",
    re.IGNORECASE,
)
_THUMB = re.compile("^\\s*(?:(?:\U0001f44c|\U0001f44d)[\U0001f3fb-\U0001f3ff]?|\u2705|\U0001f197)+\\s*$")
# A bounded count keeps matching polynomial; a yes longer than this is not a plain yes.
_YES = re.compile(rf"(?:(?:(?:{_YES_ZH})|(?:{_YES_EN})) ?){{1,4}}", re.IGNORECASE)
_NO = re.compile(rf"(?:(?:(?:{_NO_ZH})|(?:{_NO_EN})) ?){{1,3}}", re.IGNORECASE)
_LONGEST = 30
_LONGEST_SURE = 120
_QUESTION = re.compile(
    r"[?？]|吗|呢|什么|怎么|多少|为什么|\b(?:what|how|why|when|who|which)\b", re.IGNORECASE
)
_BUT = re.compile(r"但|只要|假如|想想|考虑|看看|再|等|晚点|回头|应该|大概|可能|或许|\b(?:maybe|perhaps|think|guess|later|hm+|might|dunno|suppose|provided)\b|不过|只是|先等|如果|要是|除非|只(?:退|要)|别|不(?!错|用谢)|\b(?:but|as long|so long|provided|if|only|unless|except|not|don'?t|wait)\b", re.IGNORECASE)  # fmt: skip

SURE_ACT = 0.85
SURE_SECOND = 0.5


def clear_yes(text: str) -> bool:
    """True only where the whole message is a yes, politeness and emoji aside."""
    return bool(_THUMB.match(text)) or (not hesitates(text) and _whole(_YES, text))


def clear_no(text: str) -> bool:
    """True only where the whole message is a no."""
    return _whole(_NO, text)


def _whole(pattern: re.Pattern[str], text: str) -> bool:
    if len(text) > _LONGEST or _QUESTION.search(text):
        return False
    tight = _TRIM.sub(" ", _POLITE.sub(" ", normalise(text))).strip()
    bare = _TRIM.sub(" ", normalise(text)).strip()
    return any(candidate and pattern.fullmatch(candidate) for candidate in (tight, bare))


def affirms(understanding: Understanding, intent: str = "", names: Iterable[str] = ()) -> bool:
    """A yes that may move goods or money: clear words, or a yes and nothing else of which the head is sure or which
    begins with one.

    `intent` is what was read back, and `names` are the words for what it is about; they may be in a yes.
    """
    text = understanding.text
    if intent and other_action(text, intent):
        return False
    if clear_yes(text):
        return True
    risky = _QUESTION.search(text) or _BUT.search(text) or not says_only_yes(text, intent, names)
    sure = understanding.act.label == "affirm" and understanding.act.probability >= SURE_ACT
    return (
        (sure or begins_with_yes(text))
        and not risky
        and understanding.sentiment.label != "negative"
        and not {"reason", "except"} & {entity.kind for entity in understanding.entities}
        and len(text) <= _LONGEST_SURE
    )


def denies(understanding: Understanding) -> bool:
    """A no to what was proposed. To stop is always safe, so the head alone is enough."""
    return clear_no(understanding.text) or (
        understanding.act.label == "deny" and understanding.act.probability >= 0.5
    )


def understand(
    text: str, state: State, heads: Heads, embed: Embed, ask: Ask | None = None, today: date | None = None
) -> Understanding:
    """Read one message. `embed` gives the unit-length embedding of a text, shape (dimension,).

    `ask` is called where the heads are unsure, and says what the language model makes of the message.
    `today` is the day where the shop is, which dates are relative to; without it none are read.
    """
    scores = heads.score(text, embed(text))
    entities = find_entities(text, today)
    act = _act(text, scores)
    intents = _intents(scores, entities, act)
    heard = Understanding(
        text=text,
        language=detect_language(text, state.language),
        act=act,
        intents=intents,
        sentiment=scores.sentiment[0],
        complaint=_complaint(scores),
        urgent=scores.urgent >= 0.5,
        entities=entities,
        alternatives=scores.act[:3] + scores.intents[:5] + scores.sentiment[:3] + scores.complaint[:3],
        clauses=read_clauses(text, intents, heads, embed),
        mood=mood_of(text, scores.sentiment, act),
    )
    if chosen := _chosen(heard, state):
        return chosen
    if ask is None or not worth_asking(text, scores, act, entities, state):
        return heard

    def reading(intent: str) -> Understanding:
        meant = tuple(score for score in scores.intents if score.label == intent)
        return replace(heard, intents=meant, clauses=read_clauses(text, meant, heads, embed))

    if len({reading(intent).clauses for intent in leading(scores)}) == 1:
        # The words decide, whatever the model would say.
        return heard
    look = ask(text, heard.language, scores)
    return replace(reading(look.said) if look.agreed else heard, second_look=look)


def _chosen(heard: Understanding, state: State) -> Understanding | None:
    """The message that was unclear, read as the customer now says; None where this one is no answer to that."""
    if state.awaiting != "choice" or state.unclear is None:
        return None
    intent = picked(heard.text, heard.clauses, heard.entities, state.unclear)
    if not intent:
        return None
    meant = state.unclear.text
    return replace(heard, intents=(Score(intent, 1.0),), clauses=(Clause(meant, (intent,)),), meant=meant)


def _act(text: str, scores: HeadScores) -> Score:
    if clear_yes(text):
        return Score("affirm", 1.0)
    if clear_no(text):
        return Score("deny", 1.0)
    return scores.act[0]


def _intents(scores: HeadScores, entities: tuple[Entity, ...], act: Score) -> tuple[Score, ...]:
    if act.label in ("affirm", "deny") and act.probability == 1.0:
        return ()
    likely = [score for score in scores.intents if score.probability >= scores.intent_threshold]
    # A second request has to be surer than the first: a spurious one costs the customer an answer to skip.
    found = likely[:1] + [score for score in likely[1:3] if score.probability >= SURE_SECOND]
    names = {score.label for score in found}
    if any(entity.kind == "human" for entity in entities) and "talk_to_human" not in names:
        found.append(Score("talk_to_human", 1.0))
    return tuple(found)


def _complaint(scores: HeadScores) -> Score:
    return scores.complaint[0] if scores.complaint else Score(NO_COMPLAINT, 1.0)
