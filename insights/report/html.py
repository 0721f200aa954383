"""One page that has everything in it: nothing is loaded from anywhere, and no text of a customer is ever markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from insights.errors import InsightsError
from insights.report import assets

# What ends a script element, opens a comment in it, or is the end of a line for JavaScript only.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


class ReportRefused(InsightsError):
    """A place that the report cannot be written to."""


def page(data: dict[str, Any], static: Path, language: Literal["zh", "en"]) -> str:
    """The whole page as text. `static` is the folder of the dashboard's scripts and styles."""
    script, library = assets.script(static), assets.library()
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html.j2").render(
        data=embedded({**data, "language": language}), language=language, script=script, library=library,
        styles=assets.styles(static), mark=assets.mark(static), policy=assets.policy(script, library),
    )  # fmt: skip


def embedded(value: Any) -> str:
    """JSON that may stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.translate(_ESCAPES)


def write(path: Path, text: str) -> None:
    """Put the file where it belongs, whole or not at all. Raises `ReportRefused`."""
    partial = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8", errors="replace")
        partial.replace(path)
    except OSError as error:
        raise ReportRefused(f"{path}: the report cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
