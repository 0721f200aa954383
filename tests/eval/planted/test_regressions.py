"""What a gate is for: an unchanged version passes again and again, and each planted fault is caught."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.language_model import LanguageModel, ScriptedModel
from eval.cases.bundled import load
from eval.playing.installed import Wanted, play_programme
from eval.playing.programme import Choice, programme
from eval.replies.sample import sample_shop
from eval.runs.gate import Judgement, judge
from eval.runs.gate_baseline import sign, write_baseline
from eval.runs.gate_file import GateFile, read_gate
from eval.runs.store import RECORDS, open_run
from service.settings import ROOT, Settings
from tools.desk.identify import Facts, NotIdentifiedYet
from tools.store.protocol import OrderStore

pytestmark = [pytest.mark.model, pytest.mark.slow]

CHOSEN = Choice(
    cases=(
        "lamp-last-day-*", "lamp-day-after-*", "return-unwanted-*", "cancel-pending-*", "half-facts-*",
        "identity-name-only-*", "false-figure-*", "dropped-not-*", "swapped-payer-*", "phone-hours-*",
    ),
)  # fmt: skip
GATE = """
about: What this version does, signed by a test.
scores:
  errors: {at_most: 0}
baseline: {file: baseline.json, lost: 0, changed: 0, values: 0, reworded: 0, rephrased: 0}
versions: [model, embedding]
"""


@dataclass(frozen=True)
class Gated:
    """An installation with a gate that its first run was signed for."""

    settings: Settings
    gate: GateFile
    runs: Path

    def judged(
        self, name: str, settings: Settings | None = None, model: LanguageModel | None = None
    ) -> Judgement:
        """Play the same cases once more and hold them against the signed run."""
        used = settings or self.settings
        play_programme(used, programme(load([]), CHOSEN), Wanted(name), lambda _: None, model)
        return judge(open_run(used.runs_dir, name), self.gate)


@pytest.fixture(scope="module")
def gated(shared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("gate")
    (folder / "gate.yaml").write_text(GATE, encoding="utf-8")
    gate = read_gate(folder / "gate.yaml")
    play_programme(shared, programme(load([]), CHOSEN), Wanted("signed"), lambda _: None)
    assert gate.baseline_path is not None
    signed = sign(open_run(shared.runs_dir, "signed"), gate, "2026-11-22T00:00:00+00:00")
    write_baseline(signed, gate.baseline_path)
    return Gated(shared, gate, shared.runs_dir)


@pytest.fixture
def policies(gated: Gated, tmp_path: Path) -> Iterator[Callable[[str, str, str], Settings]]:
    """The same installation, with one text in one file of its policies folder replaced by another."""

    def changed(file: str, old: str, new: str) -> Settings:
        folder = tmp_path / "policies"
        shutil.copytree(ROOT / "examples" / "policies", folder)
        path = folder / file
        if old:
            text = path.read_text(encoding="utf-8")
            assert old in text
            new = text.replace(old, new, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new, encoding="utf-8")
        return gated.settings.model_copy(update={"policies_dir": folder})

    yield changed


def test_an_unchanged_version_passes_and_its_records_are_the_same_byte_for_byte(gated: Gated) -> None:
    for name in ("again", "once-more"):
        judgement = gated.judged(name)
        assert judgement.ok, [check.json() for check in judgement.failed]
        signed, again = (gated.runs / each / RECORDS for each in ("signed", name))
        assert signed.read_bytes() == again.read_bytes()


def test_a_changed_window_is_caught(gated: Gated, policies: Callable[[str, str, str], Settings]) -> None:
    judgement = gated.judged("window", policies("returns.card.yaml", "window_days: 7 ", "window_days: 8 "))
    assert not judgement.ok


def test_a_text_that_leaves_out_an_amount_is_caught(
    gated: Gated, policies: Callable[[str, str, str], Settings]
) -> None:
    original = (ROOT / "prompts" / "zh" / "proposal.j2").read_text(encoding="utf-8")
    assert "refund" in original
    lines = [line for line in original.splitlines() if "退款" not in line]
    assert len(lines) < len(original.splitlines())
    judgement = gated.judged("text", policies("texts/zh/proposal.j2", "", "\n".join(lines) + "\n"))
    assert not judgement.ok


def test_another_model_is_caught(gated: Gated) -> None:
    judgement = gated.judged("model", model=ScriptedModel(default="没有问题。"))
    assert "version model" in {check.name for check in judgement.failed}


def test_a_ledger_that_lets_everything_through_is_caught(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.ledger.checks.objections", lambda _held: iter(()))
    assert not gated.judged("ledger").ok


def test_an_identity_check_that_half_a_fact_passes_is_caught(
    gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(store: OrderStore, _card: object, facts: Facts, *_rest: object) -> object:
        named = [each for each in sample_shop().customers if facts.name and each.name == facts.name]
        return store.customer(named[0].id) if named else NotIdentifiedYet("no_match")

    monkeypatch.setattr("agent.retrieve.identify", careless)
    assert not gated.judged("identity").ok
