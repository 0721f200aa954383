"""Reading the YAML that lies beside the code."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.domain import Text

HERE = Path(__file__).parent


@cache
def read(name: str) -> Any:
    """The content of `name` in this folder; shared, so nobody changes it."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def both(words: str, separator: str | None = None) -> Text:
    """Read "李 Li" (Chinese first, the rest is English)."""
    zh, en = (part.strip() for part in words.split(separator, 1))
    return Text(zh, en)
