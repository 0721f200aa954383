"""Runs that nobody played: both languages, every kind, faults of every sort and hostile texts; the same every time."""

from __future__ import annotations

from random import Random
from typing import Any

from msgspec.structs import replace

from eval.runs.record import Finding, Latency, Manifest, Record, Timing, TurnRecord, key_of
from eval.runs.run import Run

HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2"><!--\u2028 =1+1 ${x} {{ 7*7 }}'
SUITES = {
    "returns": "task", "cancellations": "task", "orders": "task", "exchanges": "task", "addresses": "task",
    "policies": "knowledge", "products": "knowledge", "injection": "safety", "privacy": "safety", "fairness": "parity",
}  # fmt: skip
WAYS = ("typos", "traditional", "pinyin", "emoji", "politeness", "capitals")
INTENTS = (
    "return_item",
    "cancel_order",
    "track_order",
    "change_address",
    "ask_policy",
    "exchange_item",
    "ask_product",
)
TIERS = ("regular", "silver", "gold")
REGIONS = ("mainland", "hong_kong", "abroad")
SCORERS = ("decision", "rule", "must_say", "citations", "support", "privacy", "language")
TALKS = {
    "zh": (
        ("你好，我上周买的蓝牙耳机想退，左边没声音", "可以退。W1000012 里的蓝牙耳机还在 7 天退货期内，运费由我们承担。要现在为您申请退货吗？"),
        ("要的，麻烦了", "退货已申请，编号 R1。退款 ¥899.00 会在我们收到商品后 3 个工作日内原路退回。"),
        ("大概几天能到账？", "银行卡一般 3–5 个工作日，余额支付当天到账。"),
    ),
    "en": (
        ("hi, the left earbud is dead, I'd like to send them back", "You can return them: order W1000012 is within its 7 days, and we pay the postage. Shall I start the return?"),
        ("yes please", "Your return R1 is started. ¥899.00 goes back the way you paid within 3 working days of our receiving it."),
        ("and how long does my bank take?", "Cards usually take 3 to 5 working days; a balance is credited the same day."),
    ),
}  # fmt: skip
DECISIONS = ("propose", "done", "answer")
LATENCY: tuple[Latency, ...] = ("fixed", "fixed", "documents", "model")


def fake_run(count: int = 400, seed: int = 1, worse: int = 0) -> Run:
    """`count` records; `worse` of those that passed do not, as in a version that got worse."""
    records = [_record(number, Random(seed * 100_003 + number)) for number in range(count)]
    timings = [_timing(record, Random(record.key)) for record in records]
    passed = [number for number, record in enumerate(records) if record.passed]
    for number in passed[: worse * 3 : 3]:
        records[number] = _worse(records[number])
    return Run(_manifest(count, worse), tuple(records), tuple(timings))


def _record(number: int, random: Random) -> Record:
    suite, kind = list(SUITES.items())[number // 2 % len(SUITES)]
    language = ("zh", "en")[number % 2]
    variant = WAYS[number // 10 % len(WAYS)] + "#1" if number // 20 % 5 == 4 else ""
    # A case in other words belongs to the case before it of the same suite and language.
    case = f"{suite}-{(number - (20 if variant else 0)) // 20:03d}-{language}"
    turns = tuple(_turn(language, each, random) for each in range(1 + number % 20 % 3))
    if variant and random.random() < 0.1:
        turns = (replace(turns[0], decision="ask", action="", arguments={}), *turns[1:])
    faulty = random.random() < 0.11
    return Record(
        key=key_of(suite, case, "", variant),
        suite=suite,
        kind="perturbation" if variant else kind,
        case=case,
        language=language,
        about=HOSTILE
        if number == 7
        else ("左耳没声音的退货" if language == "zh" else "Earbuds that do not play"),
        variant=variant,
        tags=("ci", "money")[: number % 3],
        intents=(INTENTS[number % len(INTENTS)],),
        pair=f"{suite}-{number // 20:03d}",
        groups={"tier": TIERS[number % 3], "region": REGIONS[number // 3 % 3]},
        turns=(replace(turns[0], say=HOSTILE, reply=HOSTILE), *turns[1:]) if number == 7 else turns,
        changes={"orders": {"W1000012": {"status": "return_requested"}}} if len(turns) > 1 else {},
        findings=_findings(random, len(turns)) if faulty or number == 7 else (),
        scores={"grounded": round(random.uniform(0.8, 1), 4)},
        error="ValueError: no such order: W9999999\n  in the tool start_return" if number % 97 == 50 else "",
    )


def _turn(language: str, number: int, random: Random) -> TurnRecord:
    say, reply = TALKS[language][number]
    steps: dict[str, Any] = {
        "found": [
            {"section": "returns#postage", "score": 0.8714},
            {"section": "returns#window", "score": 0.702},
        ],
        "branches": ["return.window", "return.faulty"],
        "templates": ["return.propose"],
    }
    return TurnRecord(
        say=say, reply=reply, language=language, decision=DECISIONS[number], rule="return.faulty.within_window",
        awaiting="confirmation" if number == 0 else "", action="start_return" if number < 2 else "",
        arguments={"order_id": "W1000012", "items": ["P1014"]} if number < 2 else {},
        slots={"reason": "defective"}, receipt="return_started" if number == 1 else "",
        understood={"language": language, "act": "request", "intents": ["return_item"], "sentiment": "negative"},
        cites=("returns#postage", "returns#window"), quick_replies=(("是", "否") if language == "zh" else ("Yes", "No")) if number == 0 else (),
        latency=random.choice(LATENCY),
        dropped=(("You will certainly get twice the money back.", "no passage says so"),) if number == 2 else (), steps=steps,
    )  # fmt: skip


def _findings(random: Random, turns: int) -> tuple[Finding, ...]:
    turn = random.randrange(turns)
    scorer = random.choice(SCORERS)
    found = [Finding(scorer, "expected `refuse`, got `propose` (return.faulty.within_window)", turn)]
    if random.random() < 0.4:
        found.append(Finding("shop", "orders.W1000012.status is 'return_requested', should be 'delivered'"))
    return tuple(found)


def _worse(record: Record) -> Record:
    first = record.turns[0]
    reply = first.reply.replace("7", "30")
    finding = Finding("must_say", "`7 days` is not in the reply", 0)
    changed = replace(
        first, reply=reply, rule="return.any", arguments={**first.arguments, "items": ["P1015"]}
    )
    return replace(record, turns=(changed, *record.turns[1:]), findings=(finding,))


def _timing(record: Record, random: Random) -> Timing:
    scale = {"fixed": 0.05, "documents": 0.4, "model": 4.5}
    turn_s = tuple(scale[turn.latency] * random.lognormvariate(0, 0.4) for turn in record.turns)
    return Timing(record.key, tuple(each * 0.4 for each in turn_s), turn_s)


def _manifest(count: int, worse: int) -> Manifest:
    names = ("model", "embedding", "prompts", "policies", "snapshot", "heads", "code")
    versions = {name: f"{index + 3:x}" * 4 + "0123456789abcdef" * 3 for index, name in enumerate(names)}
    if worse:
        versions["policies"] = "f" * 64
    return Manifest(
        id="20261116-100000-changed" if worse else "20261116-090000-main", versions=versions,
        suites=tuple(SUITES), cases="ab" * 32, of=count, seed=7, trials=1, options={"workers": 2},
        machine="2 × x86-64, 8 GB", started_at="2026-11-16T10:00:00+08:00",
        ended_at="2026-11-16T10:12:31+08:00", seconds=751.2,
    )  # fmt: skip
