"""Notices go to the public internet over https, and to nobody's own network."""

from __future__ import annotations

import pytest

from points.merchants.errors import WebhookAddressRefused
from points.merchants.webhook_sending import check_url, is_public, public_address, target_of
from points.merchants.webhook_signing import new_secret, signature


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/points",
        "ftp://shop.example/",
        "https://",
        "https:///path",
        "https://user@shop.example/",
        "https://shop.example/#part",
        "https://shop.example:99999/",
        "https://shop.example/a b",
        "https://商店.example/",
        "https://shop.example/\r\nHost: other",
        "https://[::1",
        "https://shop.example/" + "a" * 500,
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(WebhookAddressRefused):
        target_of(url)


def test_an_address_keeps_its_port_path_and_query() -> None:
    assert target_of("https://shop.example:8443/in?a=1") == ("shop.example", 8443, "/in?a=1")
    assert target_of("https://shop.example") == ("shop.example", 443, "/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # an address to refuse, not one to listen on
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_in_somebodys_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_many_spoils_the_name() -> None:
    with pytest.raises(WebhookAddressRefused):
        public_address("shop.example", 443, lambda *_: ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(WebhookAddressRefused):
        public_address("shop.example", 443, lambda *_: [])
    assert public_address("shop.example", 443, lambda *_: ["8.8.8.8"]) == "8.8.8.8"


def test_a_name_that_nobody_knows_yet_may_be_registered_but_one_that_points_inside_may_not() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    check_url("https://shop.example/", unknown)
    with pytest.raises(WebhookAddressRefused):
        check_url("https://shop.example/", lambda *_: ["192.168.0.5"])


def test_the_signature_is_the_one_that_the_specification_gives_as_its_example() -> None:
    body = b'{"test": 2432232314}'
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_long_and_differ() -> None:
    first, second = new_secret(), new_secret()
    assert first.startswith("whsec_")
    assert first != second
    assert len(first) > 40
