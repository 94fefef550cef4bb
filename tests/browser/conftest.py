"""One server and one browser for all; each test has a browser profile of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.camera import hold_before
from tests.browser.chromium import system_chromium
from tests.browser.world import World, running_world

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PHONE = {"width": 360, "height": 740}

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    video = tmp_path_factory.mktemp("camera") / "camera.y4m"
    hold_before(video, "0")
    return video


@pytest.fixture(scope="session")
def browser(video: Path) -> Iterator[Browser]:
    flags = [*_FLAGS, f"--use-file-for-fake-video-capture={video}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, world: World) -> Iterator[Opened]:
    """Opens a new phone: `opened(language="en", script=False, width=…)`. A page's own error fails the test."""
    contexts, faults = [], []

    def open_(*, language: str = "zh-Hans", script: bool = True, width: int = PHONE["width"]) -> Page:
        context = browser.new_context(
            base_url=world.url,
            locale=language,
            java_script_enabled=script,
            viewport={"width": width, "height": PHONE["height"]},
            permissions=["camera"] if script else [],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


def enrol(page: Page, world: World) -> None:
    """Make the page's browser the volunteer's phone, as after scanning the staff's code."""
    page.goto(f"/s/#{world.enrolment_digits()}")
    page.locator("button.main").click()
    page.wait_for_url(f"{world.url}/")


def connect_till(page: Page, world: World) -> None:
    page.goto("/till/sign-in")
    page.locator("#token").fill(world.till_token)
    page.locator("button.main").click()
    page.wait_for_url(f"{world.url}/till")
