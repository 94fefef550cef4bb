"""What the disk allows: 4 KiB written and made durable, over and over. Nothing durable alone is faster."""

from __future__ import annotations

import os
import time
from pathlib import Path

BLOCK = b"\xa5" * 4096
PREALLOCATED_BLOCKS = 4096


def fdatasync_per_s(directory: Path, seconds: float, *, preallocated: bool) -> float:
    """Preallocated is a database's log once it recycles its files; appending moves the file's end as well."""
    file = os.open(directory / "floor", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if preallocated:
            os.write(file, BLOCK * PREALLOCATED_BLOCKS)
            os.fsync(file)
        synced = 0
        start = time.perf_counter()
        while (elapsed_s := time.perf_counter() - start) < seconds:
            block = synced % PREALLOCATED_BLOCKS if preallocated else synced
            os.pwrite(file, BLOCK, block * len(BLOCK))
            os.fdatasync(file)
            synced += 1
        return synced / elapsed_s
    finally:
        os.close(file)
