"""Is this really a Word document, and can it be unpacked without harm?"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from knowledge.errors import Unreadable
from knowledge.formats.model import Limits

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DOCUMENT = "word/document.xml"
_TYPES = "[Content_Types].xml"
_MAX_RATIO = 200
_RATIO_MATTERS = 1024 * 1024
_BOMB = "is packed like a zip bomb: unpacked it would be far larger"
_REVISED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)\s")


def check_package(data: bytes, limits: Limits) -> list[str]:
    """Notes on what will be left out. Raises `Unreadable` for what is no sound Word document."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Unreadable("is protected by a password: save it without one")
        raise Unreadable("is in the old Word format: save it as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _check_entries(package, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise Unreadable("is damaged or not a Word document") from error


def _check_entries(package: zipfile.ZipFile, limits: Limits) -> list[str]:
    entries = package.infolist()
    if len(entries) > limits.entries:
        raise Unreadable(f"is packed with more than {limits.entries:,} parts")
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Unreadable(_BOMB)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise Unreadable("is packed with two parts of the same name")
    if _TYPES not in names or _DOCUMENT not in names:
        raise Unreadable("is not a Word document: its text is missing")
    for name in names:
        if name.lower().endswith((".xml", ".rels")):
            _check_xml(package.read(name), name, limits.depth)
    return _notes(package, names)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/"):
        raise Unreadable("is packed with a part that points outside of it")
    if entry.flag_bits & 0x1:
        raise Unreadable("is protected by a password: save it without one")
    if entry.file_size > _RATIO_MATTERS and entry.file_size > _MAX_RATIO * max(1, entry.compress_size):
        raise Unreadable(_BOMB)


def _check_xml(data: bytes, name: str, depth: int) -> None:
    """No document type, thus no entities, and no deep nesting, whatever the encoding."""
    level = 0

    def refuse(*_: object) -> None:
        raise Unreadable(f"declares entities in {name}, which Word never does")

    def start(*_: object) -> None:
        nonlocal level
        level += 1
        if level > depth:
            raise Unreadable(f"has parts nested more than {depth} deep")

    def end(*_: object) -> None:
        nonlocal level
        level -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable(f"is damaged: {name} is not XML") from error


def _notes(package: zipfile.ZipFile, names: list[str]) -> list[str]:
    notes = []
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in package.read(
        _TYPES
    ):
        notes.append("macros were left out")
    if _REVISED.search(package.read(_DOCUMENT)):
        notes.append("tracked changes were read as accepted")
    if any(re.fullmatch(r"word/comments\w*\.xml", name) for name in names):
        notes.append("comments were left out")
    return notes
