"""The constant words of the fixed texts: what a template says whatever it is filled with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from prompts.render import FOLDER
from tools.domain import Language


@lru_cache(maxsize=512)
def constants(name: str, language: Language, folder: Path = FOLDER) -> str:
    """The constant text of a template and of those made for its kinds ("receipt", "receipt_order_cancelled").

    "" for one that does not exist, for then nothing in a text is its own.
    """
    files = [folder / language / f"{name}.j2", *sorted((folder / language).glob(f"{name}_*.j2"))]
    return "\n".join(_constant(file.read_text(encoding="utf-8")) for file in files if file.is_file())


def _constant(source: str) -> str:
    """What stands outside of expressions, and the strings within them."""
    tokens = Environment(autoescape=True).lex(source)
    return "".join(value if kind == "data" else f" {value[1:-1]} " for _, kind, value in tokens if kind in ("data", "string"))  # fmt: skip
