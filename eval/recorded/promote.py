"""Makes a case of a recorded conversation: what was said, masked, in a shop of its own, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from eval.cases.errors import EvalError
from eval.cases.hints import hint
from eval.cases.schema import Suite
from eval.recorded.conversations import Recorded, RecordedTurn
from eval.recorded.masking import Mask
from eval.recorded.rewind import shop_before
from eval.runs.record import Record
from tools.shopdata.shop_file import dump_shop
from tools.store.protocol import OrderStore

Play = Callable[[Path, Suite], Record]
_PLACES = ("orders", "customers")


class AlreadyThere(EvalError):
    """A file that would be written over."""


@dataclass(frozen=True)
class Promoted:
    """The files that were written, and where playing the case came out otherwise than it was recorded."""

    suite: Path
    shop: Path
    differs: tuple[str, ...]


def promote(
    recorded: Recorded, store: OrderStore, folder: Path, name: str, about: str, play: Play
) -> Promoted:
    """Write `NAME.yaml` and `NAME.shop.json` into `folder`; `play` plays a suite's only case.

    What the shop comes to is taken from playing the case, since a record does not hold it. Raises `AlreadyThere`, and
    `EvalError` where no case can be made of it or the files cannot be written.
    """
    suite_path, shop_path = folder / f"{name}.yaml", folder / f"{name}.shop.json"
    for path in (suite_path, shop_path):
        if path.exists():
            raise AlreadyThere(f"{path}: is there already; take another --name or --out")
    shop = shop_before(recorded, store)
    mask = Mask(shop)
    emails = {each.id: each.email for each in shop.customers}
    plain = suite_of(recorded, mask, emails, shop_path.name, name, about)
    suite = _checked(plain, recorded)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shop_path.write_text(dump_shop(mask.shop(shop)), encoding="utf-8")
        record = play(suite_path, suite)
        if record.error:
            raise EvalError(f"{recorded.id}: the case could not be played: {record.error}")
        if after := _after(record.changes):
            plain["cases"][0]["after"] = after
        suite_path.write_text(_HEAD.format(id=recorded.id) + _yaml(plain), encoding="utf-8")
    except BaseException as error:
        # Neither was there before; one without the other would be of no use.
        for path in (suite_path, shop_path):
            with suppress(OSError):
                path.unlink()
        if isinstance(error, OSError):
            raise EvalError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error
        raise
    return Promoted(suite_path, shop_path, tuple(_differences(recorded, record)))


_HEAD = """# Made from the recorded conversation {id}; personal data is replaced by made-up data. Read every message once more
# before you share it, and every expectation before you sign it: they are what was decided, not what is right.
"""


def _checked(plain: dict[str, Any], recorded: Recorded) -> Suite:
    try:
        return Suite.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise EvalError(f"{recorded.id}: makes no case: {where}: {hint(first)}") from error


def suite_of(
    recorded: Recorded, mask: Mask, emails: dict[str, str], shop_file: str, name: str, about: str
) -> dict[str, Any]:
    """The suite as plain values."""
    signed_in = recorded.signed_in
    case: dict[str, Any] = {
        "id": name,
        "about": about or "From a recorded conversation.",
        "language": recorded.language,
    }
    email = emails.get(signed_in or next(iter(recorded.customer_ids), ""))
    if email:
        case |= {"customer": mask.value(email), "signed_in": bool(signed_in)}
    case["tags"] = ["recorded"]
    case["turns"] = [_step(each, mask) for each in recorded.turns]
    return {
        "suite": name, "about": "A conversation that was recorded, without personal data.", "kind": "task",
        "shop": {"file": shop_file, "moment": recorded.began.isoformat()}, "cases": [case],
    }  # fmt: skip


def _step(recorded: RecordedTurn, mask: Mask) -> dict[str, Any]:
    decision = recorded.turn.decision
    expect = {"decision": decision.kind, "rule": decision.rule, "awaiting": decision.awaiting or "nothing"}
    if decision.action:
        expect["action"] = decision.action
    if recorded.turn.receipts:
        expect["receipt"] = recorded.turn.receipts[0].kind
    return {"say": mask.text(recorded.turn.text), "expect": expect}


def _after(changes: dict[str, Any]) -> dict[str, Any]:
    """What changed, without the numbers that a run gives."""
    after = {name: _named(changes[name]) for name in _PLACES if changes.get(name)}
    if changes.get("complaints"):
        after["complaints"] = [
            {"kind": each["kind"], "order_id": each["order_id"]} for each in changes["complaints"]
        ]
    if changes.get("handed_over"):
        after["handed_over"] = True
    return after


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _named(each) for name, each in value.items() if name not in ("id", "requested_at", "at")
        }
    return [_named(each) for each in value] if isinstance(value, list) else value


def _differences(recorded: Recorded, record: Record) -> list[str]:
    found = []
    for number, (then, now) in enumerate(zip(recorded.turns, record.turns, strict=False), start=1):
        before = (then.turn.decision.kind, then.turn.decision.rule, then.turn.decision.action or "")
        after = (now.decision, now.rule, now.action)
        if before != after:
            found.append(
                f"turn {number}: {' '.join(filter(None, before))} was recorded, {' '.join(filter(None, after))} now"
            )
    return found


class _Quoted(yaml.SafeDumper):
    """Every text in double quotes: no message is taken for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    simple = (
        value.replace("_", "").replace(".", "").replace("-", "").isalnum()
        and value.isascii()
        and not value[0].isdigit()
    )
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if simple else '"')


_Quoted.add_representer(str, _text)


def _yaml(plain: dict[str, Any]) -> str:
    return yaml.dump(plain, Dumper=_Quoted, allow_unicode=True, sort_keys=False, width=10_000)
