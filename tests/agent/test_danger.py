"""Who may take their life or hurt themselves reaches a person at once; a figure of speech does not."""

from __future__ import annotations

import pytest

from agent.danger import in_danger
from tests.agent.talking import Talk

DANGER = (
    "我不想活了",
    "钱被骗光了，真的活不下去了",
    "我想自杀",
    "你们再不退钱我就死给你们看",
    "我现在在天台上，跳下去就都结束了",
    "活着真没意思，东西不用送了",
    "反正我也不想再醒过来了",
    "安眠药我都准备好了",
    "刚吞了一整瓶药",
    "我已经写好遗书了",
    "没人会在乎我死活",
    "我死了以后孩子怎么办",
    "我想结束自己的生命",
    "不如死了算了",
    "我真的撑不下去了，对不起大家",
    "我老公说要跳楼，这单能不能先退",
    "控制不住想拿刀划自己",
    "难受得想死",
    "我今晚就去跳江",
    "离开这个世界前最后问一句，退款到哪了",
    "确认，反正我今晚就一了百了",
    "抑郁症又犯了，总想伤害自己",
    "带着孩子一起死，你们满意了吧",
    "I want to die",
    "I'm going to kill myself",
    "im gonna kill my self if this money is gone",
    "keep the refund, I won't need it, I'm ending it all tonight",
    "i just dont want to be alive anymore",
    "I can't go on like this.",
    "There's no reason to live any more",
    "everyone would be better off without me",
    "I’ve been cutting myself again and I don't want to live",
    "I feel like hurting myself",
    "I am thinking about suicide",
    "I've taken all my pills",
    "I swallowed a whole bottle of sleeping pills",
    "I'm about to jump off the bridge",
    "no one will miss me when I'm gone",
    "what's the point of living",
    "yes confirm it, not that it matters, I'm going to end my life",
    "my daughter says she wants to kill herself over this dress",
    "I wish I were dead",
    "writing my suicide note, might as well ask where the parcel is",
    "I'll hang myself tonight",
    "life isn't worth living",
    "I don't want to wake up tomorrow",
    "feeling suicidal, please help",
)
FIGURES = (
    "这个价格要我命啊",
    "气死我了，快递又没来",
    "我要炸了！！！",
    "手机死机了",
    "笑死，这也叫质量好",
    "跳楼价处理的那个锅还有吗",
    "等得花儿都谢了，急死人了",
    "我想死你们家的桂花糕了",
    "衣服上吊牌还在，能退吗",
    "把客厅的灯换上吊灯要多少钱",
    "你们店是不想活了吧",
    "电池没电了，死活充不进去",
    "我就想死磕到底，凭什么不退",
    "累死我了，拆个箱子半小时",
    "热得我想死，风扇什么时候到",
    "这双鞋丑到我想死",
    "这鞋美死了",
    "要死了要死了，寄错地址了",
    "鱼到货就死了，要赔",
    "快递员是不是死了",
    "不想活动当天买，能提前吗",
    "我从楼上摔下来把手机砸坏了",
    "退货要了结了，谢谢",
    "杀了我吧，又要填表",
    "我总不能跳楼吧",
    "这游戏里自杀小队的手办有货吗",
    "紫砂壶碎了，要换",
    "价格太高，活该没人买",
    "刀太钝，划不开纸箱",
    "安眠枕多少钱",
    "我妈吃了一瓶你们的维生素，效果不错",
    "结束订单吧，我不要了",
    "不想要了，退了吧",
    "老人撑不下去手柄，太重",
    "买了个烧炭的炉子，炭在哪买",
    "店要关门了最后一天吗",
    "the delivery fees are killing me",
    "I'd die for this coat",
    "dead battery, it won't charge",
    "this dress is to die for",
    "my phone died",
    "I'm dying to know when it ships",
    "I nearly killed myself tripping over the box",
    "I cut myself on the broken glass",
    "Be careful, I might cut myself on these edges",
    "I'm dead lol, wrong colour again",
    "suicide squad poster, is it in stock?",
    "not going to kill myself over five yuan",
    "I could kill myself for ordering the wrong size",
    "it's so cute I want to die",
    "I want to dye the shirt, is that fine?",
    "kill the order please",
    "end my subscription",
    "I won't be here tomorrow, can the courier come on Friday?",
    "can't go on your website, it says error",
    "I don't want to live chat, just answer",
    "the plant arrived dead",
    "the kettle burned my hand",
    "my cat jumped off the balcony and broke the lamp",
    "can you overdose on these vitamins?",
    "I'd rather die than pay for that",
    "you're killing it, thanks",
    "no one will be home when it comes",
    "murder on my feet, these shoes",
    "I can't take it any more, where is the parcel",
    "is there any point in returning it",
    "the kids want to jump on the bed, does it hold",
    "I hurt my back carrying it",
    "over my dead body will I pay that",
    "I nearly died laughing",
    "the balcony door of the doll's house is broken",
    "end it, cancel everything",
    "I took the label off myself, can it go back",
    "累得想死，搬了一下午沙发",
    "you shot yourselves in the foot with that price",
)  # fmt: skip


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_heard(text: str) -> None:
    assert in_danger(text)


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_of_speech_is_no_danger(text: str) -> None:
    assert not in_danger(text)


def test_a_person_takes_over_whatever_waits_and_nothing_is_done() -> None:
    talk = Talk()
    talk.say("我要退台灯，W1000001，质量问题", "return_item")
    assert talk.state.proposal is not None
    waiting = talk.state.proposal.id
    talk.say("确认吧，反正我今晚就从楼上跳下去", act="affirm")
    assert talk.last is not None
    decision, reply = talk.last.decision, talk.last.reply.text
    assert (decision.kind, decision.rule, decision.awaiting) == ("handover", "danger", None)
    assert talk.store.proposal(waiting).status == "withdrawn"
    assert "急救" in reply and "人工客服" in reply and "？" not in reply
    assert not any(char.isdigit() for char in reply)
    note = decision.command.note if decision.command else None
    assert note is not None and note.urgent
    assert talk.last.outcome.hand_over is not None and "生命危险" in talk.last.outcome.hand_over.summary


def test_the_words_are_the_customers_language_and_name_no_number() -> None:
    talk = Talk()
    talk.say("I'm going to kill myself tonight, forget the order", "return_item")
    assert talk.last is not None
    reply = talk.last.reply.text
    assert "emergency number" in reply and "person" in reply and "?" not in reply
    assert not any(char.isdigit() for char in reply)
