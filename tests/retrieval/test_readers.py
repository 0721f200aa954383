"""What is limited is seen by those it is meant for, and by nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents import load_documents
from retrieval.readers import Reader, Scope
from retrieval.snapshot import build_snapshot
from tests.retrieval.fakes import NOW, HashEmbeddings, Write


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        (Reader(), False),
        (Reader(region="US"), False),
        (Reader(region="CN"), True),
        (Reader(region="cn-浙江"), True),
        (Reader(region="CNX"), False),
        (Reader("staff"), False),
    ],
)
def test_a_region_has_to_be_known(reader: Reader, sees: bool) -> None:
    assert Scope(regions=("HK", "CN")).admits(reader) is sees


def test_channel_and_tier_have_to_fit_both() -> None:
    scope = Scope(channels=("WeChat",), tiers=("gold",))
    assert scope.admits(Reader(channel="wechat", tier="gold"))
    assert not scope.admits(Reader(channel="wechat"))
    assert not scope.admits(Reader(channel="web", tier="gold"))


WORDS = st.sampled_from(["a", "b", "c"])
NAMES = st.lists(WORDS, max_size=2).map(tuple)
READERS = st.builds(
    Reader, st.sampled_from(["customers", "staff"]), st.none() | WORDS, st.none() | WORDS, st.none() | WORDS
)
SCOPES = st.builds(Scope, st.sampled_from(["customers", "staff"]), NAMES, NAMES, NAMES)


@given(reader=READERS, scope=SCOPES)
def test_a_reader_of_whom_less_is_known_never_sees_more(reader: Reader, scope: Scope) -> None:
    if scope.admits(Reader(reader.audience)):
        assert scope.admits(reader)
    if scope.admits(Reader("customers", reader.region, reader.channel, reader.tier)):
        assert scope.admits(reader)


@given(reader=READERS, scope=SCOPES)
def test_every_limit_counts(reader: Reader, scope: Scope) -> None:
    fits = all(
        not names or value in names
        for names, value in (
            (scope.regions, reader.region), (scope.channels, reader.channel), (scope.tiers, reader.tier)
        )
    )  # fmt: skip
    assert scope.admits(reader) == (fits and (scope.audience == "customers" or reader.audience == "staff"))


def test_a_search_finds_what_its_reader_may_see(write: Write, tmp_path: Path) -> None:
    write("gold", "zh", "## 金卡邮费 {#a}\n金卡会员邮费全免。\n", more="tiers: [gold]\n")
    write("all", "zh", "## 邮费 {#a}\n邮费 ¥12。\n")
    write("china", "zh", "## 国内邮费 {#a}\n国内邮费三天内退回。\n", more="regions: [CN]\nchannels: [web]\n")
    documents, problems = load_documents(tmp_path / "policies")
    assert not problems
    snapshot = build_snapshot(documents, HashEmbeddings(), tmp_path / "index")

    def seen(reader: Reader) -> set[str]:
        return {hit.passage.document_id for hit in snapshot.search("邮费", "zh", 9, NOW, reader=reader)}

    assert seen(Reader()) == {"all"}
    assert seen(Reader(tier="gold")) == {"all", "gold"}
    assert seen(Reader(region="CN", channel="web")) == {"all", "china"}
    assert seen(Reader(region="CN", channel="app")) == {"all"}
