"""What the page is made of: its scripts as one, its styles as one, the mark, and the library of its charts."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

PAGES = Path(__file__).with_name("pages")
_IMPORT = re.compile(r'^import (?:(\{[^}]*\}) from )?"\./([a-z]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_STYLES = ("page", "verdict", "charts", "cases", "detail", "compare", "print")


def script(main: str = "main") -> str:
    """The modules that `main` imports, directly or not, each before who needs it, in one script.

    A page that is opened from a disk cannot import files, so every module becomes a function of its own that is called
    once and returns what the module exports.
    """
    parts: dict[str, str] = {}
    _collect(main, parts)
    return "const modules = {};\n" + "".join(parts.values())


def styles() -> str:
    """The colours and letters of the chat page, the styles of this one, and light colours for paper."""
    tokens = _service("styles/tokens.css")
    light = tokens.split("@media", 1)[0]
    printed = light.replace(":root", ":root[data-printing]") + f"@media print {{\n{light}\n}}\n"
    own = [(PAGES / "styles" / f"{name}.css").read_text("utf-8") for name in _STYLES]
    return "\n".join([tokens, printed, *own])


def mark() -> str:
    """Kefu's mark as the address of an image that is part of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode(_service("leaf.svg").encode()).decode()


def plotly() -> str:
    """The library of the charts (MIT), about 5 MB; the package comes with no smaller build."""
    from plotly.offline import get_plotlyjs

    source: str = get_plotlyjs()
    # Such a line would end the element it stands in.
    return re.sub(r"</(?=script)", r"<\\/", source, flags=re.IGNORECASE)


def source_hash(text: str) -> str:
    """A source expression of a content security policy: only a script with this very text runs."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _collect(name: str, parts: dict[str, str]) -> None:
    if name in parts:
        return
    text = (PAGES / "scripts" / f"{name}.js").read_text("utf-8")
    for _, needed in _IMPORT.findall(text):
        _collect(needed, parts)
    exported = ", ".join(found for _, found in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r"const \1 = modules.\2;\n", text))
    parts[name] = f"modules.{name} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _service(name: str) -> str:
    import service

    return (Path(service.__file__).with_name("static") / name).read_text("utf-8")
