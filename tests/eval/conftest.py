"""Scripts of a folder are imported by their names, next to each other; here every test has its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

SCRIPTS = ("retail_shop", "scripted_user")


@pytest.fixture(autouse=True)
def scripts_are_forgotten() -> Iterator[None]:
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in SCRIPTS:
        sys.modules.pop(name, None)
