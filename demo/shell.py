"""Runs `points` as a person at a desk would: one process a command, on the demo's own store and clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
Document = dict[str, Any]

# Commands follow one another at this pace of the demo's clock: a payment code lives for a minute.
_PACE = timedelta(seconds=5)
_STOPPING_S = 20
_LINES_SHOWN = 5
_TRIES = 7  # to reach a server that is starting: sixteen seconds in all, the last the longest


class CommandFailed(Exception):
    """A command of the demo did not do what the demo shows."""

    def __init__(self, arguments: tuple[str, ...], code: int, said: str) -> None:
        super().__init__(f"points {' '.join(arguments)}\nexit status {code}: {said}")


class Shell:
    """The demo's directory, its clock and the tokens of those who act in it."""

    def __init__(self, directory: Path, starts_at: datetime) -> None:
        self.directory = directory
        self.now = starts_at

    @property
    def store(self) -> Path:
        return self.directory / "points.db"

    @property
    def environment(self) -> dict[str, str]:
        """The user's own, but for every setting of another store: only the language is theirs."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("POINTS_") or name == "POINTS_LANG"
        }
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "POINTS_DATABASE": f"sqlite:///{self.store}",
            "POINTS_NOW": self.now.isoformat(),
        }

    def file(self, name: str) -> str:
        return str(self.directory / name)

    def keep_token(self, holder: str, token: str) -> None:
        """In a file that only its owner reads: a token on a command line shows in the list of processes."""
        path = self.directory / "tokens" / holder
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(token + "\n", encoding="utf-8")

    def points(self, *arguments: str, by: str | None = None) -> Document:
        """Run a command that has to succeed. Raises CommandFailed."""
        code, document = self._run(arguments, by)
        if code != 0:
            raise CommandFailed(arguments, code, str(document.get("detail") or document))
        return document

    def refused(self, *arguments: str, by: str | None = None) -> str:
        """Run a command that a rule has to refuse; returns the rule's name. Raises CommandFailed."""
        code, document = self._run(arguments, by)
        if code != 1:
            raise CommandFailed(arguments, code, "this should have been refused")
        return str(document["type"]).rpartition("/")[2]

    def _run(self, arguments: tuple[str, ...], by: str | None) -> tuple[int, Document]:
        self.now += _PACE
        command = self._command(*arguments, "--json")
        if by is not None:
            command += ["--as", self.token_of(by)]
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            raise CommandFailed(arguments, done.returncode, done.stderr.strip()) from None

    def token_of(self, holder: str) -> str:
        return f"@{self.directory / 'tokens' / holder}"

    @contextmanager
    def server(self) -> Iterator[str]:
        """A server of the store at any free port while the block runs; yields its address."""
        command = self._command("serve", "--port", "0", "--json")
        with (
            (self.directory / "server.log").open("w", encoding="utf-8") as log,
            subprocess.Popen(  # noqa: S603 - as above
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            ) as process,
        ):
            try:
                said = process.stdout.readline() if process.stdout else ""
                if "url" not in said:
                    raise CommandFailed(("serve",), process.wait(_STOPPING_S), said or self._last_words())
                url = str(json.loads(said)["url"])
                # It says where it will be before it listens there.
                with httpx.Client(transport=httpx.HTTPTransport(retries=_TRIES)) as patient:
                    patient.get(f"{url}/livez").raise_for_status()
                yield url
            finally:
                process.terminate()
                process.wait(_STOPPING_S)

    def _last_words(self) -> str:
        lines = (self.directory / "server.log").read_text(encoding="utf-8").splitlines()
        return "\n".join(lines[-_LINES_SHOWN:])

    def serve(self, port: int) -> int:
        """Run the server in the foreground until it is told to stop; the exit status is the answer."""
        command = self._command("serve", "--port", str(port))
        with subprocess.Popen(command, cwd=ROOT, env=self.environment) as process:  # noqa: S603 - as above
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal told the server too; it drains and ends by itself.
                    continue

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "cli.main", *arguments]
