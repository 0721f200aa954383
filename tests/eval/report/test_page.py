"""The page as a file: it stands alone, it tells the numbers of the summary, and no text gets out of its place."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from eval.report.assets import PAGES, script
from eval.report.command import command
from eval.report.html import page
from eval.report.payload import embedded
from eval.runs.record import Finding, Record
from eval.runs.run import Run
from eval.runs.summary import summary
from tests.eval.report.fakes import HOSTILE, fake_run

_SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)


@pytest.fixture(scope="module")
def html(run: Run) -> str:
    return page(run, fake_run(80, seed=2))


def _data(html: str) -> Any:
    return json.loads(next(text for kind, text in _SCRIPT.findall(html) if "application/json" in kind))


def _without_library(html: str) -> str:
    return re.sub(r'<script type="text/plain".*?</script>', "", html, flags=re.DOTALL)


def test_nothing_refers_to_the_network(html: str) -> None:
    own = _without_library(html)
    assert not re.search(r"(?:src|href|action|srcset|url)\s*[=(]\s*[\"']?\s*(?:https?:)?//", own)
    assert "@import" not in own


def test_only_the_scripts_of_the_page_may_run(html: str) -> None:
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1])  # type: ignore[index]
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    running = [text for kind, text in _SCRIPT.findall(html) if "application/json" not in kind]
    assert len(running) == 2
    for text in running:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy


def test_hostile_texts_stay_data(html: str) -> None:
    scripts = _SCRIPT.findall(html)
    assert len(scripts) == 3
    assert "<img src=x" not in html and "<script>window.hacked" not in html
    assert _data(html)["cases"][7]["turns"][0]["reply"] == HOSTILE


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028\u2029", "&lt;", "]]>"])
def test_embedded_json_has_nothing_that_ends_it_and_reads_back(text: str) -> None:
    made = embedded({"text": text})
    assert not set(made) & set("<>&\u2028\u2029")
    assert json.loads(made) == {"text": text}


def test_hostile_names_of_versions_are_escaped(run: Run) -> None:
    manifest = replace(run.manifest, id=HOSTILE, versions={HOSTILE: HOSTILE}, machine=HOSTILE)
    made = page(Run(manifest, run.records, run.timings))
    assert len(_SCRIPT.findall(made)) == 3
    assert "<img src=x" not in made


def test_the_verdict_is_that_of_the_summary(run: Run, html: str) -> None:
    found = summary(run.records, run.timings).all
    assert found is not None
    tile = re.search(r"tile tile-first.*?</a>", html, re.DOTALL)[0]  # type: ignore[index]
    assert f"{found.share.value * 100:.1f}<small>%" in tile
    assert f"{found.yes} of {found.of} cases" in tile
    assert f"{found.share.low * 100:.1f}–{found.share.high * 100:.1f} %" in tile


def test_a_run_that_is_not_finished_says_so(run: Run, html: str) -> None:
    assert "not finished" not in html
    assert "80 of 90 were played" in page(Run(replace(run.manifest, of=90), run.records, ()))


def _told_again(run: Run, changed: Record) -> Run:
    """The run with a second trial of a case."""
    return Run(run.manifest, (*run.records, changed), ())


def test_cases_that_are_flaky_can_be_listed(run: Run) -> None:
    first = next(record for record in run.records if record.passed)
    again = replace(first, key=f"{first.key}#1", trial=1, findings=(Finding("rule", "another"),))
    made = page(_told_again(run, again))
    assert 'href="#trials=differ"' in made
    assert [case["key"] for case in _data(made)["cases"] if case.get("trials")] == [first.key, again.key]


def test_unfair_differences_and_conversations_decided_otherwise_stand_out(run: Run) -> None:
    plain = [replace(record, findings=(), error="", variant="") for record in run.records]
    fault = (Finding("rule", "another"),)
    unfair = tuple(replace(each, findings=fault if each.groups["tier"] == "gold" else ()) for each in plain)
    made = page(Run(run.manifest, unfair, ()))
    assert re.search(r"class=unfair><dt>tier gold − all others</dt><dd><b>−100\.0</b>", made)
    assert "unfair" not in page(Run(run.manifest, tuple(plain), ())).split("<body>")[1]
    first = next(record for record in unfair if record.turns)
    decided = replace(first.turns[0], decision="refuse")
    copy = replace(first, key=f"{first.key}@c@example.com", customer="c@example.com", turns=(decided,))
    made = page(_told_again(run, copy))
    assert "Decided otherwise for other customers: 1" in made
    assert f">{first.suite}/{first.case}</a>" in made


def test_hashes_are_short_and_names_are_not_cut_like_hashes(run: Run) -> None:
    versions = {"model": "qwen2.5-1.5b-instruct", "code": "0123456789abcdef", "policies": "returns 3, " * 9}
    top = page(Run(replace(run.manifest, versions=versions), run.records, ())).split("<main>")[0]
    shown = re.findall(r'<span class="code">([^<]*)</span>\n', top)
    assert shown == ["01234567", "qwen2.5-1.5b-instruct", "returns 3, returns 3, ret…", "abababab"]
    assert all(f'data-copy="{value}"' in top for value in versions.values())


def test_an_empty_run_has_a_page(run: Run) -> None:
    assert "Kefu evaluation" in page(Run(run.manifest, (), ()))


def test_the_same_run_gives_the_same_page(run: Run, html: str) -> None:
    assert page(fake_run(80), fake_run(80, seed=2)) == html


@pytest.mark.parametrize("filters", [False, True])
def test_the_command_repeats_the_run(run: Run, filters: bool) -> None:
    chosen = {"tag": ["ci", "money"], "lang": [], "limit": None, "case": ["return-*"]}
    options = {"workers": 2, "scorers": ["shop"], **({"filters": chosen} if filters else chosen)}
    manifest = replace(run.manifest, suites=("returns", "a b"), options=options)
    assert command(manifest) == (
        "kefu eval run returns 'a b' --seed 7 --trials 1 --tag ci --tag money --case 'return-*' --workers 2"
    )


def test_a_run_that_no_command_played_offers_none(run: Run) -> None:
    made = page(Run(replace(run.manifest, options={}), run.records, ()))
    assert "To repeat" not in made.split("<main>")[0].split("<body>")[1]


def test_modules_stand_before_who_needs_them_and_stay_small() -> None:
    made = script()
    root = PAGES.parents[2]
    places = {
        (root / found[1]).resolve(): found.start()
        for found in re.finditer(r'^modules\["(.+)"\] = ', made, re.MULTILINE)
    }
    assert set(places) >= set((PAGES / "scripts").glob("*.js"))
    for path, place in places.items():
        text = path.read_text("utf-8")
        assert text.count("\n") < 200
        needed = re.findall(r'from "(.+)"', text)
        assert all(places[(path.parent / each).resolve()] < place for each in needed)
        # Texts of a run are untrusted: nothing may parse them.
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser", text
        )


def test_pages_are_in_the_package(run: Run) -> None:
    kinds = {path.suffix for path in PAGES.rglob("*") if path.is_file()}
    assert kinds == {".js", ".css", ".j2"}
    assert Path(PAGES, "templates", "report.html.j2").is_file()
