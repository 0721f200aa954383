"""Fetch files from a Hugging Face hub, or from what an earlier download left in its cache."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx
from huggingface_hub import constants, hf_hub_download, hf_hub_url, snapshot_download, try_to_load_from_cache
from huggingface_hub.errors import LocalEntryNotFoundError

from models.entries import DataFile
from models.errors import MissingModel, ModelError, SourceUnreachable
from models.files import Report

PATIENCE_SECONDS = 4.0
_TIMEOUT = httpx.Timeout(30.0, connect=PATIENCE_SECONDS)
_OFFLINE = "hub: switched off by HF_HUB_OFFLINE"

# Weights for other frameworks: several times the size, and nothing here reads them.
_NOT_NEEDED = [
    "onnx/*",
    "openvino/*",
    "*.onnx",
    "*.h5",
    "*.ot",
    "*.msgpack",
    "*.tflite",
    "*.gguf",
    "*.bin.index",
]


class HubSource:
    """A hub at `endpoint` (default: the one huggingface_hub is configured for)."""

    name = "hub"

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint or constants.ENDPOINT

    def offers(self, file: DataFile) -> bool:
        return file.hub is not None

    def scratch_bytes(self, file: DataFile) -> int:
        return 0

    def fetch(self, file: DataFile, into: Path, report: Report) -> None:
        """Download, going on behind what `into` already holds, for as long as every try brings more.

        Raises `SourceUnreachable` within seconds when the hub does not answer; `into` then holds
        what had arrived. (huggingface_hub's own download starts again at zero in a new process.)
        """
        if file.hub is None:
            raise SourceUnreachable(f"hub: {file.name} is not on the hub")
        repository, name, revision = file.hub.repository, file.hub.name, file.hub.revision
        cached = try_to_load_from_cache(repository, name, revision=revision)
        if isinstance(cached, str) and Path(cached).stat().st_size == file.size:
            shutil.copyfile(cached, into)
            return
        if constants.HF_HUB_OFFLINE:
            raise SourceUnreachable(_OFFLINE)
        url = hf_hub_url(repository, name, revision=revision, endpoint=self._endpoint)
        with into.open("ab") as out:
            while (have := out.tell()) < file.size:
                try:
                    _stream(url, out, file, report)
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    if out.tell() == have:
                        raise SourceUnreachable(f"hub: {url}: {_first_line(error)}") from error


def _stream(url: str, out: BinaryIO, file: DataFile, report: Report) -> None:
    """Append the rest of the file to `out`, or all of it when the server does not know ranges."""
    begin = out.tell()
    headers = {"Accept-Encoding": "identity"}
    if begin:
        headers["Range"] = f"bytes={begin}-"
    with httpx.stream("GET", url, headers=headers, timeout=_TIMEOUT, follow_redirects=True) as response:
        response.raise_for_status()
        if begin and response.status_code != httpx.codes.PARTIAL_CONTENT:
            out.truncate(0)
            out.seek(0)
        for chunk in response.iter_raw():
            # A server that sends more than the file has is wrong; the checksum will say so.
            out.write(chunk)
            report(file.name, min(out.tell(), file.size), file.size)
            if out.tell() > file.size:
                break
        if out.tell() == begin:
            raise httpx.ReadError("the answer was empty")


def require_answer(endpoint: str | None = None) -> None:
    """Raise `SourceUnreachable` unless the hub answers at all, within `PATIENCE_SECONDS`.

    Asked first because the library itself waits and tries again for minutes.
    """
    endpoint = endpoint or constants.ENDPOINT
    if constants.HF_HUB_OFFLINE:
        raise SourceUnreachable(_OFFLINE)
    try:
        httpx.head(endpoint, timeout=PATIENCE_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceUnreachable(f"hub: {endpoint} does not answer ({_first_line(error)})") from error


def repository_file(repository: str, name: str, *, pull: bool) -> Path:
    """Path of one file in the hub's own cache; with `pull` it is downloaded when it is not there.

    Raises `MissingModel` without `pull`, `SourceUnreachable` with it.
    """
    with _hub_errors(repository):
        try:
            return Path(hf_hub_download(repository, name, local_files_only=True))
        except LocalEntryNotFoundError as error:
            if not pull:
                raise _missing(f"{repository}:{name}") from error
        require_answer()
        return Path(hf_hub_download(repository, name))


def repository_folder(repository: str, *, pull: bool) -> Path:
    """Path of a repository's snapshot in the hub's cache; see `repository_file`."""
    with _hub_errors(repository):
        if not pull:
            try:
                return Path(snapshot_download(repository, local_files_only=True, ignore_patterns=_NOT_NEEDED))
            except LocalEntryNotFoundError as error:
                raise _missing(repository) from error
        require_answer()
        return Path(snapshot_download(repository, ignore_patterns=_NOT_NEEDED))


def _missing(spec: str) -> MissingModel:
    return MissingModel(f"{spec} is not on this machine yet: run `kefu models pull {spec}`")


@contextmanager
def _hub_errors(repository: str) -> Iterator[None]:
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except Exception as error:
        # Over its releases the library has raised a dozen unrelated classes for "I could not get it".
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise SourceUnreachable(f"hub: {repository}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
