"""Reading the files that commands take, and writing the ones they make."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from cli.errors import FileUnreadable, FileUnwritable


def read(path: str) -> bytes:
    """Raises FileUnreadable."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileUnreadable(path=path) from error


def write(path: str, data: bytes) -> None:
    """Raises FileUnwritable."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """A file that takes the name only once it is whole. Raises FileUnwritable."""
    beside = Path(f"{path}.{os.getpid()}.part")
    try:
        file = beside.open("xb")
    except OSError as error:
        raise FileUnwritable(path=path) from error
    try:
        try:
            with file:
                yield file
            beside.replace(path)
        except OSError as error:
            raise FileUnwritable(path=path) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def import_key(data: bytes, *told: object) -> str:
    """The idempotency key of an import: the same file, taken in the same way, is the same command."""
    digest = hashlib.sha256(data)
    for part in told:
        digest.update(b"\0" + str(part).encode())
    return f"import-{digest.hexdigest()}"
