"""What the page is made of: its scripts as one, its styles as one, the mark, and the library of its charts."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from insights.report import assets

PAGES = Path(__file__).with_name("pages")
# Where the packages lie beside each other.
_ROOT = Path(__file__).parents[2]
_STYLES = ("page", "verdict", "charts", "cases", "detail", "compare", "print")


def script(main: str = "main") -> str:
    """The modules that `main` imports, directly or not, in one script; those that paint are the dashboard's."""
    return assets.script(_ROOT, f"eval/report/pages/scripts/{main}.js")


def styles() -> str:
    """The colours and letters of the chat page, the styles of this one, and light colours for paper."""
    tokens = _service("styles/tokens.css")
    light = tokens.split("@media", 1)[0]
    printed = light.replace(":root", ":root[data-printing]") + f"@media print {{\n{light}\n}}\n"
    own = [(PAGES / "styles" / f"{name}.css").read_text("utf-8") for name in _STYLES]
    return "\n".join([tokens, printed, _service("insights/styles/picture.css"), *own])


def mark() -> str:
    """Kefu's mark as the address of an image that is part of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(_service("leaf.svg").encode()).decode()


def source_hash(text: str) -> str:
    """A source expression of a content security policy: only a script with this very text runs."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _service(name: str) -> str:
    import service

    return (Path(service.__file__).with_name("static") / name).read_text("utf-8")
