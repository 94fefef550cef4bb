"""What holds for each page in each language: no barrier that axe finds, large targets, no sideways scrolling."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import PHONE, connect_till, enrol
from tests.browser.world import World
from tests.support.paths import ROOT

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
SIGNED_OUT = (
    "/",
    "/s/",
    "/till/sign-in",
    "/notices",
    "/privacy",
    "/offline",
    "/verify",
    "/verify/ledger",
    "/screen",
)
VOLUNTEER = ("/", "/pay", "/statement", "/hours", "/notices", "/privacy", "/sessions")
TILL = ("/till", "/till/day", "/till/sessions")
SHOTS = ROOT / "var" / "screenshots"
FIRST_LOAD_BYTES_MAX = 60_000
TARGET_PX = 48

_SMALL_TARGETS = """min => [...document.querySelectorAll('a, button, input, textarea, select, summary')]
    .filter((e) => e.offsetParent !== null && e.type !== 'hidden' && !e.classList.contains('skip'))
    .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < min || box.height < min)
    .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visited(NamedTuple):
    """A page as some visitor in some language sees it."""

    name: str
    language: str
    page: Page


@pytest.fixture(scope="module", params=LANGUAGES)
def visitors(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[dict[str, Page]]:
    """A stranger, a volunteer who has paid, and a till, who all read one language."""
    pages = {}
    for name in ("stranger", "volunteer", "till"):
        viewport = ViewportSize(width=PHONE["width"], height=PHONE["height"])
        context = browser.new_context(base_url=world.url, locale=request.param, viewport=viewport)
        pages[name] = context.new_page()
    enrol(pages["volunteer"], world)
    connect_till(pages["till"], world)
    yield {"language": request.param, **pages}
    for page in pages.values():
        page.context.close()


def _check(visited: Visited) -> list[str]:
    page, where = visited.page, f"{visited.name} {visited.language}"
    faults = [f"{where}: sideways by {page.evaluate(_TOO_WIDE)}"] if page.evaluate(_TOO_WIDE) > 0 else []
    faults += [f"{where}: small {target}" for target in page.evaluate(_SMALL_TARGETS, TARGET_PX)]
    found = Axe().run(page)
    faults += [
        f"{where}: {fault['id']} {fault['nodes'][0]['html'][:100]}" for fault in found.response["violations"]
    ]
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{visited.name}.{visited.language}.png", full_page=True)
    # Twice the size of letters is half the width of the window.
    page.set_viewport_size({"width": PHONE["width"] // 2, "height": PHONE["height"]})
    if page.evaluate(_TOO_WIDE) > 0:
        faults.append(f"{where}: sideways at 200 % by {page.evaluate(_TOO_WIDE)}")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    return faults


def _shown(visitors: dict[str, Page]) -> Iterator[Visited]:
    language = str(visitors["language"])
    for who, paths in (("stranger", SIGNED_OUT), ("volunteer", VOLUNTEER), ("till", TILL)):
        for path in paths:
            visitors[who].goto(path)
            yield Visited(f"{who}{path.rstrip('/').replace('/', '-')}", language, visitors[who])
    phone, till = visitors["volunteer"], visitors["till"]
    phone.goto("/")
    phone.locator("form[action='/pay'] button").click()
    phone.wait_for_url("**/pay")
    yield Visited("volunteer-code", language, phone)
    digits = phone.locator(".digits").inner_text().replace(" ", "")
    till.goto("/till")
    till.locator("#points").fill("2")
    till.locator("#code").fill(digits)
    till.locator("[data-charge]").click()
    till.wait_for_url("**/till/sales/**")
    yield Visited("till-sale", language, till)
    till.goto("/till")
    till.locator("#points").fill("999")
    till.locator("#code").fill(digits)
    till.locator("[data-charge]").click()
    till.wait_for_url("**/till/charges")
    yield Visited("till-refused", language, till)
    phone.goto("/notices")
    if phone.locator(".lines a.button").count():
        phone.locator(".lines a.button").first.click()
        yield Visited("volunteer-objection", language, phone)


def test_every_page_is_read_by_everybody(visitors: dict[str, Page]) -> None:
    faults = [fault for visited in _shown(visitors) for fault in _check(visited)]
    assert not faults, "\n".join(faults)


def test_the_first_page_weighs_little(browser: Browser, world: World) -> None:
    """Everything that the first visit loads, as it goes over the wire."""
    context = browser.new_context(base_url=world.url, service_workers="block")
    page, weight = context.new_page(), 0

    def weigh(url: str) -> int:
        answer = context.request.get(url, headers={"Accept-Encoding": "gzip"})
        packed = answer.headers.get("content-encoding") == "gzip"
        return len(gzip.compress(answer.body())) if packed else len(answer.body())

    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    weight = sum(weigh(url) for url in loaded)
    context.close()
    assert len(loaded) > 2
    assert weight <= FIRST_LOAD_BYTES_MAX


def test_no_page_mentions_a_sentence_that_is_missing(visitors: dict[str, Page]) -> None:
    for visited in _shown(visitors):
        text = visited.page.locator("body").inner_text()
        assert "page." not in text, visited.name
        assert "js." not in text, visited.name
