"""What people do, in a real browser: a phone is connected, a code is shown, a till takes it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from points.codes.short import normalise_short_code
from points.domain.values import Role
from tests.browser.camera import hold_before
from tests.browser.conftest import Opened, connect_till, enrol
from tests.browser.world import World


def _code_digits(world: World) -> str:
    """A payment code of a phone of the volunteer's, as its screen shows it."""
    token = world.exchange.sign_in.redeem_code(world.enrolment_digits())["token"]
    phone = world.exchange.authenticate(token)
    digits: str = world.exchange.paying.payment_code(world.call(phone)).body["digits"]
    return digits


def _charged(page: Page, points: int) -> None:
    expect(page.locator("h1.big")).to_contain_text(str(points))
    expect(page).to_have_url(re.compile(r"/till/sales/[0-9a-f-]+\?done=1$"))


def test_a_phone_is_connected_by_the_link_of_a_code_whose_digits_leave_the_address(
    opened: Opened, world: World
) -> None:
    page = opened()
    digits = world.enrolment_digits()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/s/#{digits}")
    expect(page.locator("#digits")).to_be_hidden()
    assert digits not in page.url
    page.locator("button.main").click()
    expect(page.locator(".points")).to_be_visible()
    assert not any(digits in url.partition("#")[0] for url in asked)


def test_a_phone_is_connected_and_a_balance_read_without_script(opened: Opened, world: World) -> None:
    page = opened(script=False)
    page.goto("/s/")
    page.locator("#digits").fill(world.enrolment_digits())
    page.locator("button.main").click()
    expect(page.locator(".points")).to_contain_text(str(world.balance()))
    page.locator("form[action='/pay'] button").click()
    expect(page.locator(".code svg")).to_be_visible()


def test_a_short_code_from_the_phone_pays_at_the_till_and_stands_in_the_statement(
    opened: Opened, world: World
) -> None:
    phone, till = opened(), opened()
    enrol(phone, world)
    before = world.balance()
    phone.locator("form[action='/pay'] button").click()
    short_code = normalise_short_code(phone.locator(".digits").inner_text().strip())
    connect_till(till, world)
    till.locator("#points").fill("7")
    till.locator("#code").fill(short_code)
    till.locator("[data-charge]").click()
    _charged(till, 7)
    assert world.balance() == before - 7
    phone.goto("/statement")
    expect(phone.locator(".lines li").first).to_contain_text("幸福爱心超市")


def test_the_camera_reads_a_code_into_the_form(opened: Opened, world: World, video: Path) -> None:
    till = opened()
    connect_till(till, world)
    hold_before(video, _code_digits(world))
    till.locator("#points").fill("3")
    till.locator("[data-camera]").click()
    expect(till.locator("#code")).to_have_value(re.compile(r"^87[0-9]{251}$"))
    till.locator("[data-charge]").click()
    _charged(till, 3)


def test_a_scanner_that_types_leaves_the_amount_alone_and_sends_nothing(opened: Opened, world: World) -> None:
    till = opened(width=1024)
    connect_till(till, world)
    digits = _code_digits(world)
    till.locator("#points").fill("4")
    till.locator("#points").focus()
    till.evaluate(
        """digits => {
            const type = (key) => document.activeElement.dispatchEvent(
                new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
            for (const digit of digits) type(digit);
            type('Enter');
        }""",
        digits,
    )
    expect(till.locator("#code")).to_have_value(digits)
    expect(till.locator("#points")).to_have_value("4")
    expect(till).to_have_url(f"{world.url}/till")
    till.locator("[data-charge]").click()
    _charged(till, 4)


def test_keys_typed_by_a_scanner_for_real_are_taken_back_out_of_the_amount(
    opened: Opened, world: World
) -> None:
    till = opened(width=1024)
    connect_till(till, world)
    till.locator("#points").fill("4")
    till.keyboard.type("123456789012")
    till.keyboard.press("Enter")
    expect(till.locator("#code")).to_have_value("123456789012")
    expect(till.locator("#points")).to_have_value("4")


def test_a_sale_is_taken_back_at_the_till(opened: Opened, world: World) -> None:
    till = opened()
    connect_till(till, world)
    before = world.balance()
    till.locator("#points").fill("5")
    till.locator("#code").fill(_code_digits(world))
    till.locator("[data-charge]").click()
    till.locator("summary").last.click()
    till.locator("#reason").fill("退货")
    till.locator("form button.danger").click()
    expect(till).to_have_url(re.compile(r"/till/sales/[0-9a-f-]+$"))
    assert world.balance() == before
    till.goto("/till/day")
    expect(till.locator(".links li").first).to_contain_text("5")


def test_a_refusal_is_a_page_with_a_sentence_and_a_way_back(opened: Opened, world: World) -> None:
    till = opened(language="en")
    connect_till(till, world)
    till.locator("#points").fill("5")
    till.locator("#code").fill("1" * 12)
    till.locator("[data-charge]").click()
    expect(till.locator("[role=alert]")).to_be_visible()
    till.locator("a.main").click()
    expect(till).to_have_url(f"{world.url}/till")


def test_an_objection_stops_a_line_that_is_on_notice(opened: Opened, world: World) -> None:
    page = opened()
    enrol(page, world)
    page.goto("/notices")
    page.locator(".lines a.button").first.click()
    page.locator("#text").fill("那天没有下雨。")
    page.locator("main button.main").click()
    expect(page).to_have_url(f"{world.url}/notices/thanks")


def test_a_session_ended_elsewhere_is_ended_here(opened: Opened, world: World) -> None:
    one, two = opened(), opened()
    enrol(one, world)
    enrol(two, world)
    two.goto("/sessions")
    listed = two.locator("main form").count()
    # The phones stand in the order of their connection: the last but one is `one`.
    two.locator("main form button").nth(listed - 2).click()
    expect(two.locator("main form")).to_have_count(listed - 1)
    one.goto("/pay")
    expect(one).to_have_url(f"{world.url}/s/")


def test_a_language_that_was_chosen_stays(opened: Opened) -> None:
    page = opened()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("button[value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/notices")
    expect(page.locator("h1")).to_have_text("Public notices")


def test_a_till_without_network_says_so_and_keeps_what_was_typed(opened: Opened, world: World) -> None:
    till = opened()
    connect_till(till, world)
    till.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    till.reload()
    till.context.set_offline(True)
    till.locator("#points").fill("5")
    till.locator("#code").fill("1" * 12)
    till.locator("[data-charge]").click()
    expect(till.locator("[data-told]")).to_have_class(re.compile("bad"))
    expect(till.locator("#points")).to_have_value("5")
    till.reload()
    expect(till.locator("#points")).to_be_visible()
    till.goto("/till/day")
    expect(till.locator("h1")).to_be_visible()
    till.context.set_offline(False)


def test_a_till_is_no_volunteer_and_a_volunteers_phone_no_till(opened: Opened, world: World) -> None:
    assert world.exchange.authenticate(world.till_token).role is Role.TILL
    page = opened()
    enrol(page, world)
    page.goto("/till")
    expect(page).to_have_url(f"{world.url}/till/sign-in")
