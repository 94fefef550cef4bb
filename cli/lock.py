"""The file beside an SQLite store that names its running server.

The server holds a lock on the open file for as long as it lives: the system drops it however the process
ends, so a file left behind by a crash is told apart from a living server without asking anybody.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.errors import ServerRunning

_STARTING_S = 0.05
_STARTING_TRIES = 40


def lock_path(store: Path) -> Path:
    return store.with_name(store.name + ".lock")


@contextmanager
def held(store: Path, url: str) -> Iterator[None]:
    """Be the store's one server while the block runs. Raises ServerRunning if there is one already."""
    descriptor = os.open(lock_path(store), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerRunning(url=_read(descriptor) or "") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode(), 0)
        yield
        # Emptied rather than removed: whoever opened it meanwhile must meet the next server's lock on it.
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def running_server(store: Path, sleep: Callable[[float], None] = time.sleep) -> str | None:
    """The address of the store's living server, or None. A lock that nobody holds is stale and ignored."""
    try:
        descriptor = os.open(lock_path(store), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        for _ in range(_STARTING_TRIES):
            if not _is_held(descriptor):
                return None
            # A server that has just taken the lock has not written its address yet.
            url = _read(descriptor)
            if url:
                return url
            sleep(_STARTING_S)
    finally:
        os.close(descriptor)
    return None


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _read(descriptor: int) -> str | None:
    with suppress(ValueError, TypeError, KeyError):
        return str(json.loads(os.pread(descriptor, 4096, 0))["url"])
    return None
