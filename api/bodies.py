"""What request bodies share: nothing unknown, integers that are integers, text of bounded length."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(strict=True, ge=0)]
AtLeastOne = Annotated[int, Field(strict=True, ge=1)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(min_length=1, max_length=2000)]
Truth = Annotated[bool, Field(strict=True)]


class Body(BaseModel):
    # Strictness stands on each number rather than here: days and ids arrive as text.
    model_config = ConfigDict(extra="forbid")


Digest = Annotated[str, Field(pattern=r"\A[0-9a-fA-F]{64}\z", description="A file's SHA-256 in hexadecimal")]


def digest_of(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
