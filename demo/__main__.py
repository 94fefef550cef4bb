"""`make demo`: a demo county in var/demo/ from start to finish, then its server.

Progress goes to standard error, the summary to standard output. DEMO_EXIT=1 ends after the summary.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing

from rich.console import Console
from rich.text import Text

from cli.lock import running_server
from demo.sentences import say
from demo.shell import ROOT, CommandFailed, Shell
from demo.story import STAFF, STARTS_AT, Step, Story
from points.i18n.language import Language, named

PORT = 8_000
_HOST = "127.0.0.1"


def main() -> int:
    language = named(os.environ.get("POINTS_LANG"))
    shell = Shell(ROOT / "var" / "demo", STARTS_AT)
    url = running_server(shell.store)
    if url is not None:
        sys.stderr.write(say(language, "server-running", url=url) + "\n")
        return 1
    shutil.rmtree(shell.directory, ignore_errors=True)
    shell.directory.mkdir(parents=True)
    story = Story(shell)
    try:
        _summary(_told(story, language), language)
        if os.environ.get("DEMO_EXIT"):
            return 0
        return _serve(shell, language)
    except CommandFailed as failure:
        sys.stderr.write(f"{say(language, 'failed')}\n{failure}\n")
    except subprocess.CalledProcessError as failure:
        sys.stderr.write(f"{say(language, 'failed')}\n{failure}\n{failure.stdout}{failure.stderr}\n")
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    return 1


def _told(story: Story, language: Language) -> list[Step]:
    """Run the story; each step is shown as soon as it is done."""
    console = Console(stderr=True)
    steps: list[Step] = []
    with console.status(say(language, "title"), spinner="line"), closing(story.steps()) as telling:
        for step in telling:
            steps.append(step)
            line = Text.assemble("✓ ", (step.name, "bold"), "  ", say(language, step.slug, **step.facts))
            console.print(line, no_wrap=True, overflow="ellipsis")
    return steps


def _summary(steps: list[Step], language: Language) -> None:
    width = max(len(step.name) for step in steps)
    print(say(language, "title"))
    for step in steps:
        print(f"{step.name:{width}}  {say(language, step.slug, **step.facts)}")


def _serve(shell: Shell, language: Language) -> int:
    """Fresh codes for everybody, as those of the story are used up; then the server."""
    if not _is_free(PORT):
        sys.stderr.write(say(language, "port-taken", port=PORT) + "\n")
        return 1
    lines = [say(language, "serving", url=f"http://{_HOST}:{PORT}")]
    for holder, role, area in STAFF:
        added = shell.points("staff", "add", holder, "--role", role, "--area", area, by="admin")
        lines.append(f"  {holder:16} {added['digits']}")
    print("\n".join(["", *lines]), flush=True)
    return shell.serve(PORT)


def _is_free(port: int) -> bool:
    try:
        socket.create_server((_HOST, port)).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
