"""What the forms of a suite are made of: strict models, checked texts, and lists of one that are written as one value."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MOST_CHARACTERS = 4000


def listed(value: Any) -> Any:
    """One value stands for a list of one."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


Text = Annotated[str, Field(max_length=MOST_CHARACTERS), AfterValidator(_not_blank)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(as_tuple)]
OneOf = Annotated[tuple[Text, ...], BeforeValidator(listed), BeforeValidator(as_tuple)]


class Form(BaseModel):
    """Unknown fields are mistakes, and nothing is converted: `yes` without quotes is no text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)
