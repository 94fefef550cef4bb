"""What anybody may look at: receipts, the ledger's proof in the reader's own browser, the hall's screen."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from points.access import Actor
from points.application.tools import Call
from points.domain.values import Role
from tests.browser.conftest import Opened, enrol
from tests.browser.world import COUNTY, World


def a_phone(world: World) -> Actor:
    token = world.exchange.sign_in.redeem_code(world.enrolment_digits())["token"]
    return world.exchange.authenticate(token)


def a_sale(world: World) -> dict[str, object]:
    """Three points, paid at the till."""
    code = world.exchange.paying.payment_code(world.call(a_phone(world))).body["digits"]
    till = world.exchange.authenticate(world.till_token)
    return world.exchange.redeeming.redeem(Call(till), points=3, code=code).body


def an_auditor(world: World) -> Actor:
    admin = Actor(world.admin_id, Role.ADMIN)
    added = world.exchange.staff.add(world.call(admin), name="审计", role="auditor", area=COUNTY).body
    return world.exchange.authenticate(world.exchange.sign_in.redeem_code(added["digits"])["token"])


def test_a_receipt_is_checked_by_anybody_and_names_no_payer(opened: Opened, world: World) -> None:
    sale = a_sale(world)
    page = opened()
    page.goto("/verify")
    page.locator("#code").fill(str(sale["receipt"]))
    page.locator("button.main").click()
    expect(page.locator("h1.good")).to_be_visible()
    expect(page.locator("main")).to_contain_text("幸福爱心超市")
    expect(page.locator("main")).not_to_contain_text(world.number)


def test_a_receipt_that_was_changed_is_refused_in_words(opened: Opened, world: World) -> None:
    receipt = str(a_sale(world)["receipt"])
    page = opened(language="en")
    page.goto("/verify")
    page.locator("#code").fill(receipt[:-1] + str((int(receipt[-1]) + 1) % 10))
    page.locator("button.main").click()
    expect(page.locator("h1.good")).to_have_count(0)
    expect(page.locator("main")).to_contain_text(re.compile("signature|signed", re.IGNORECASE))


def test_the_readers_own_browser_proves_that_a_sale_stands_in_the_signed_ledger(
    opened: Opened, world: World
) -> None:
    sale = a_sale(world)
    world.exchange.audit.make_checkpoint(world.call(an_auditor(world)))
    page = opened(language="en")
    page.goto(f"/verify/ledger?position={sale['position']}")
    expect(page.locator("[data-result]")).to_contain_text("Proved")
    expect(page.locator("[data-result]")).to_contain_text("signature is right")


def test_a_proof_that_was_tampered_with_on_the_way_is_found(opened: Opened, world: World) -> None:
    sale = a_sale(world)
    world.exchange.audit.make_checkpoint(world.call(an_auditor(world)))
    page = opened(language="en")

    def tampered(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]  # the library's own route
        body = answer.json()
        body["leaf"] = "00" * 32
        route.fulfill(response=answer, json=body)  # type: ignore[attr-defined]  # as above

    page.route("**/v1/audit/events/*/proof*", tampered)
    page.goto(f"/verify/ledger?position={sale['position']}")
    expect(page.locator("[data-result]")).to_contain_text("does not fit")


def test_the_hall_shows_the_rate_and_follows_what_happens(opened: Opened, world: World) -> None:
    page = opened(width=1920)
    page.goto("/screen")
    registered = page.locator("section").first
    before = registered.inner_text()
    world.register_another()
    expect(registered).not_to_have_text(before, timeout=15_000)
    expect(page.locator("[data-lost]")).to_be_hidden()


def test_a_shops_code_opens_a_page_that_pays_after_one_more_tap(opened: Opened, world: World) -> None:
    code = world.exchange.merchants.code(world.call(world.clerk), world.merchant_id).body["digits"]
    page = opened()
    page.goto(f"/s/{code}")
    expect(page.locator("form[action='/pay/merchant']")).to_have_count(0)
    enrol(page, world)
    before = world.balance()
    page.goto(f"/s/{code}")
    expect(page.locator("main")).to_contain_text("幸福爱心超市")
    assert world.balance() == before
    page.locator("#points").fill("5")
    page.locator("button.main").click()
    expect(page.locator("h1.good")).to_be_visible()
    assert world.balance() == before - 5
