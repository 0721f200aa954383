"""What the report is made of: the dashboard's scripts as one, its styles as one, the mark, and the library of its charts."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_IMPORT = re.compile(r'^import (?:(\{[^}]*\}) from )?"([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_STYLES = (
    "styles/tokens.css",
    "styles/page.css",
    "insights/styles/layout.css",
    "insights/styles/parts.css",
    "insights/styles/charts.css",
    "insights/styles/picture.css",
)


def script(static: Path, main: str = "insights/report.js") -> str:
    """The modules that `main` imports, directly or not, each before who needs it, in one script.

    A page that is opened from a disk cannot import files, so every module becomes a function of its own that is called
    once and returns what the module exports.
    """
    parts: dict[str, str] = {}
    _collect(static, main, parts)
    return "const modules = {};\n" + "".join(parts.values())


def _collect(static: Path, name: str, parts: dict[str, str]) -> None:
    if name in parts:
        return
    text = (static / name).read_text("utf-8")

    def place(path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))

    for _, needed in _IMPORT.findall(text):
        _collect(static, place(needed), parts)
    exported = ", ".join(found for _, found in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(lambda found: _taken(found, place(found[2])), text))
    parts[name] = f'modules["{name}"] = (() => {{\n{body}return {{ {exported} }};\n}})();\n'


def _taken(found: re.Match[str], place: str) -> str:
    names = found[1]
    return f'const {names.replace(" as ", ": ")} = modules["{place}"];\n' if names else ""


def styles(static: Path) -> str:
    """The styles of the dashboard, and light colours for paper."""
    tokens, *others = [(static / name).read_text("utf-8") for name in _STYLES]
    light = tokens.split("@media", 1)[0]
    printed = light.replace(":root", ":root[data-printing]") + f"@media print {{\n{light}\n}}\n"
    return "\n".join([tokens, printed, *others])


def mark(static: Path) -> str:
    """Kefu's mark as the address of an image that is part of the page."""
    return "data:image/svg+xml;base64," + base64.b64encode((static / "leaf.svg").read_bytes()).decode()


@cache
def library_file() -> Path:
    """BokehJS as its package has it; found without importing the package. Raises `FileNotFoundError`."""
    found = find_spec("bokeh")
    for folder in (found.submodule_search_locations if found else None) or ():
        if (file := Path(folder) / "server" / "static" / "js" / "bokeh.min.js").is_file():
            return file
    raise FileNotFoundError("the library of the charts (bokeh) is not installed")


def library() -> str:
    """The library of the charts (BSD, its licence at its head), 1.3 MB."""
    # Such a line would end the element it stands in.
    return re.sub(r"</(?=script)", r"<\\/", library_file().read_text("utf-8"), flags=re.IGNORECASE)


def policy(*scripts: str) -> str:
    """Nothing may be loaded, and only these scripts run; the charts set styles of their own."""
    hashes = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts)
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
