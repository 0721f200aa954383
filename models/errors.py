"""What can go wrong with model files; every message is one line that a shop owner can act on.

ModelError
├── UnknownModel        the name is neither in the catalogue, nor a path, nor a repository
├── MissingModel        known, but not on this machine yet
├── DamagedModel        on this machine, but not what it claims to be
├── AlreadyPulling      another process pulls the same model
├── NotEnoughSpace      the disk cannot hold it
└── SourceError         one source failed; another may do
    ├── SourceUnreachable
    ├── ChecksumMismatch
    └── BadArchive
"""

from __future__ import annotations


class ModelError(Exception):
    """Base of everything this package raises on purpose."""


class UnknownModel(ModelError):
    """The name is neither in the catalogue, nor an existing path, nor `owner/repository`."""


class MissingModel(ModelError):
    """The model is known but has not been pulled; the message holds the command that does."""


class DamagedModel(ModelError):
    """The file or folder is there, but it is not the model it claims to be."""


class AlreadyPulling(ModelError):
    """Another process is pulling the same model into the same folder."""


class NotEnoughSpace(ModelError):
    """The disk is full, or would be before the model is complete."""


class SourceError(ModelError):
    """A source could not give the right bytes; the next source may."""


class SourceUnreachable(SourceError):
    """The source does not answer, or does not have the file."""


class ChecksumMismatch(SourceError):
    """The source answered with other bytes than the official release."""


class BadArchive(SourceError):
    """A wheel that is no wheel, or whose data member is missing, too long or encrypted."""
