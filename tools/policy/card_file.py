"""Policy cards on disk: YAML, checked strictly, every bad field named with its file."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tools.domain import Category, Money, OrderStatus, Tier
from tools.errors import CardError


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no timezone {name!r}") from error
    return name


AnyCategory = Annotated[Category, Field(strict=False)]
AnyTier = Annotated[Tier, Field(strict=False)]
AnyStatus = Annotated[OrderStatus, Field(strict=False)]
Days = Annotated[int, Field(ge=1, le=3650)]
Months = Annotated[int, Field(ge=1, le=1200)]
Amount = Annotated[str, Field(pattern=r"^\d{1,10}\.\d{2}$")]
Name = Annotated[str, Field(min_length=1)]
PassageName = Annotated[str, Field(pattern=r"^[\w-]+#[\w-]+$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Zone = Annotated[str, AfterValidator(_zone)]


class Strict(BaseModel):
    """Nothing unknown, nothing converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CardHead(Strict):
    """What every card begins with. Dates are whole days in the shop's timezone, the last one included."""

    version: Annotated[int, Field(ge=1)]
    effective_from: date
    effective_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> CardHead:
        if self.effective_until and self.effective_until < self.effective_from:
            raise ValueError("effective_until lies before effective_from")
        return self


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would quietly take the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


Checked = TypeVar("Checked", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """Parse a card file; raise `CardError` naming the file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)
    except OSError as error:
        raise CardError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise CardError(f"{path.name}: not a readable YAML file: {error}") from error


def check_card(kind: type[Checked], data: Any, file: str) -> Checked:
    """Check parsed YAML; raise `CardError` with every bad field as "file: field: …"."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        lines = [f"{file}: {_place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise CardError("\n".join(lines)) from error


def money(text: str, currency: str) -> Money:
    return Money(Decimal(text), currency)


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "the card"
