"""`python -m tests.browser.chromium`: have a Chromium with Chinese type, from the system or from Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("chromium", "fonts-noto-cjk")


def system_chromium() -> str | None:
    """The system's browser, or None: Playwright then looks for the one that it installed."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def main() -> int:
    """Install what is missing. The exit status is that of whatever failed."""
    if system_chromium() is not None:
        return 0
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        for words in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *_PACKAGES]):
            status = subprocess.run(words, check=False, stdout=sys.stderr).returncode  # noqa: S603  fixed words
            if status:
                return status
        return 0
    command = (sys.executable, "-m", "playwright", "install", "chromium")
    return subprocess.run(command, check=False, stdout=sys.stderr).returncode  # noqa: S603  fixed words


if __name__ == "__main__":
    sys.exit(main())
