"""Writing of a report, so that nobody ever finds half of one."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from eval.cases.errors import EvalError


class ReportError(EvalError):
    """A report cannot be made; the text says which, and why."""


def write(path: Path, content: bytes) -> None:
    """Put the file where it belongs, with its folder; raises ReportError where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            made = Path(file.name)
            file.write(content)
        # A file of a temporary kind is for its owner only; a report is for whoever may read the folder.
        made.chmod(0o644)
        made.replace(path)
    except OSError as error:
        raise ReportError(f"{path}: the report cannot be written: {error.strerror or error}") from error
