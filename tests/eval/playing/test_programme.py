"""What a run plays, in which order and under which names; another programme has another digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.cases.bundled import Loaded
from eval.cases.errors import NothingToRun
from eval.cases.schema import Suite
from eval.perturb.kinds import KINDS
from eval.playing.programme import Choice, Programme, programme

SAYS = {
    "en": "I would like to send the kettle back because it is broken",
    "zh": "我想把上周买的水壶退掉，因为它坏了",
}


def a_case(name: str, language: str = "en", **fields: Any) -> dict[str, Any]:
    turns = [{"say": SAYS[language], "expect": {"decision": "propose"}}]
    return {"id": name, "language": language, "turns": turns} | fields


def a_suite(name: str, *cases: dict[str, Any], **fields: Any) -> Loaded:
    given = {"suite": name, "about": "Small.", "kind": "task", "cases": list(cases)} | fields
    return Loaded(Suite.model_validate(given), Path(f"/suites/{name}.yaml"))


def a_perturbation(*suites: str, **fields: Any) -> Loaded:
    given = {"suite": "words", "about": "Other words.", "kind": "perturbation"}
    perturb = {"suites": list(suites)} | fields
    return Loaded(Suite.model_validate(given | {"perturb": perturb}), Path("/suites/words.yaml"))


TASKS = a_suite("tasks", a_case("a", tags=["ci"], intents=["return_item"]), a_case("b", "zh"), a_case("c"))
MORE = a_suite("more", a_case("a"), a_case("d", "zh"), tags=["money"])


def keys(found: Programme) -> list[str]:
    return [each.key for each in found.items]


def test_cases_come_in_the_order_of_suites_and_files() -> None:
    found = programme([TASKS, MORE], Choice())
    assert keys(found) == ["tasks/a", "tasks/b", "tasks/c", "more/a", "more/d"]
    assert found.suites == ("tasks", "more")
    assert [each.tags for each in found.items] == [("ci",), (), (), ("money",), ("money",)]


def test_trials_come_one_after_another_with_names_of_their_own() -> None:
    found = programme([MORE], Choice(), trials=2)
    assert keys(found) == ["more/a", "more/d", "more/a#1", "more/d#1"]
    assert [each.trial for each in found.items] == [0, 0, 1, 1]


def test_a_case_for_several_customers_is_played_for_each() -> None:
    people = ["liwen@example.com", "emma.clark@example.com"]
    found = programme([a_suite("fair", a_case("a", for_customers=people))], Choice())
    assert keys(found) == [f"fair/a@{each}" for each in people]
    assert [each.email for each in found.items] == people


def test_a_cases_own_customer_is_not_in_its_name() -> None:
    (item,) = programme([a_suite("one", a_case("a", customer="liwen@example.com"))], Choice()).items
    assert (item.key, item.email) == ("one/a", "liwen@example.com")


def test_a_cases_own_shop_comes_before_the_suites() -> None:
    suite = a_suite("s", a_case("a", shop={"days_later": 1}), a_case("b"), shop={"days_later": 2})
    days = [each.state.days_later for each in programme([suite], Choice()).items if each.state]
    assert days == [1, 2]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(tags=("ci",)), ["tasks/a"]),
        (Choice(tags=("money",)), ["more/a", "more/d"]),
        (Choice(tags=("ci", "money")), ["tasks/a", "more/a", "more/d"]),
        (Choice(languages=("zh",)), ["tasks/b", "more/d"]),
        (Choice(cases=("[ab]",)), ["tasks/a", "tasks/b", "more/a"]),
        (Choice(intents=("return_item",)), ["tasks/a"]),
        (Choice(tags=("money",), languages=("zh",)), ["more/d"]),
        (Choice(limit=1), ["tasks/a", "more/a"]),
        (Choice(limit=2), ["tasks/a", "tasks/b", "more/a", "more/d"]),
    ],
)
def test_a_choice_is_kept_to(choice: Choice, chosen: list[str]) -> None:
    assert keys(programme([TASKS, MORE], choice)) == chosen


def test_where_nothing_fits_nothing_is_run() -> None:
    with pytest.raises(NothingToRun, match="no case fits"):
        programme([TASKS], Choice(tags=("none",)))


def test_every_perturbed_case_stands_beside_its_base_under_its_own_suite() -> None:
    found = programme([a_perturbation("tasks", "more")], Choice(), others=[TASKS, MORE])
    bases = {each.key: each for each in found.items if not each.variant}
    changed = [each for each in found.items if each.variant]
    assert set(bases) == {"tasks/a", "tasks/b", "tasks/c", "more/a", "more/d"}
    assert len(changed) > len(bases)
    for each in changed:
        base = bases[f"{each.suite.suite}/{each.case.id}"]
        assert each.key == f"{base.key}~{each.variant}"
        assert each.kind == "perturbation" and base.kind == "task"
        assert [step.say for step in each.steps] != list(each.case.says)
        assert [step.expect for step in each.steps] == [step.expect for step in each.case.turns]
        assert each.case.language in KINDS[each.variant].languages


def test_a_base_that_is_played_anyway_is_played_once() -> None:
    found = programme([TASKS, a_perturbation("tasks")], Choice())
    assert len(keys(found)) == len(set(keys(found)))
    assert keys(found)[:3] == ["tasks/a", "tasks/b", "tasks/c"]


def test_perturbations_are_as_many_and_of_the_kinds_that_are_named() -> None:
    found = programme([a_perturbation("tasks", cases=2, kinds=["emoji"])], Choice(), others=[TASKS])
    assert {each.variant for each in found.items} == {"", "emoji"}
    assert [each.key for each in found.items if not each.variant] == ["tasks/a", "tasks/b"]


@pytest.mark.parametrize(
    ("loaded", "said"),
    [(a_perturbation("none"), "there is no suite 'none'"), (a_perturbation("tasks", kinds=["x"]), "'x' is none of")],
)  # fmt: skip
def test_a_perturbation_of_what_is_not_there(loaded: Loaded, said: str) -> None:
    with pytest.raises(NothingToRun, match=f"/suites/words.yaml: perturb.*{said}"):
        programme([loaded], Choice(), others=[TASKS])


def test_the_same_programme_twice() -> None:
    def made() -> Programme:
        return programme([a_perturbation("tasks")], Choice(), seed=3, others=[TASKS])

    assert made() == made()


BASE = a_case("a")
CHANGES: list[Callable[[], dict[str, Any]]] = [
    lambda: a_case("b"),
    lambda: a_case("a", "zh"),
    lambda: a_case("a", about="Why."),
    lambda: a_case("a", tags=["ci"]),
    lambda: a_case("a", customer="liwen@example.com"),
    lambda: a_case("a", unchecked=["language"]),
    lambda: a_case("a", shop={"days_later": 1}),
    lambda: a_case("a", shop={"set": {"orders.W1000001.status": "pending"}}),
    lambda: a_case("a", after={"handed_over": True}),
    lambda: a_case("a", model_says=["x"]),
    lambda: a_case("a", turns=[{"say": "Hello", "expect": {"decision": "propose"}}]),
    lambda: a_case("a", turns=[{"say": SAYS["en"], "expect": {"decision": "ask"}}]),
]


def digest(case: dict[str, Any], **fields: Any) -> str:
    return programme([a_suite("s", case, **fields)], Choice()).digest


@pytest.mark.parametrize("change", CHANGES)
def test_another_case_another_digest(change: Callable[[], dict[str, Any]]) -> None:
    assert digest(change()) != digest(BASE)


def test_what_is_no_case_does_not_count() -> None:
    assert digest(BASE, about="Told otherwise.") == digest(BASE)
    moved = Loaded(a_suite("s", BASE).suite, Path("/elsewhere/x.yaml"))
    assert programme([moved], Choice()).digest == digest(BASE)


def test_the_seed_the_trials_and_the_suites_tags_and_kind_count() -> None:
    suite = [a_suite("s", BASE)]
    found = {programme(suite, Choice(), seed, trials).digest for seed in (0, 1) for trials in (1, 2)}
    assert len(found | {digest(BASE, tags=["x"]), digest(BASE, kind="safety")}) == 6


def test_what_is_in_the_file_of_the_shop_counts_wherever_it_stands(tmp_path: Path) -> None:
    def found(folder: str, content: str) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "shop.json").write_text(content, encoding="utf-8")
        suite = a_suite("s", a_case("a", shop={"file": "shop.json"})).suite
        return programme([Loaded(suite, tmp_path / folder / "s.yaml")], Choice()).digest

    assert found("one", "{}") == found("two", "{}")
    assert found("one", "{}") != found("one", "[]")
