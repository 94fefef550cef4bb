from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.errors import KeyRejected
from points.codes.keys import PURPOSE_OF, key_id_of, refuse_weak_key
from points.codes.token import Kind

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def square_root(square: int) -> int | None:
    root = pow(square, (P + 3) // 8, P)
    for candidate in (root, root * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square % P:
            return candidate
    return None


def weak_y() -> set[int]:
    """The y of every point whose order divides 8, from the curve's own equation.

    0, 1 and -1 are those of orders 4, 1 and 2. A point that doubles to y = 0 has d·y⁴ + 2·y² - 1 = 0.
    """
    found = {0, 1, P - 1}
    root = square_root(1 + D)
    assert root is not None
    for sign in (root, -root):
        y = square_root((sign - 1) * pow(D, -1, P) % P)
        if y is not None:
            found |= {y, P - y}
    return found


def spellings() -> list[bytes]:
    """Both signs of x, and y once more plus the prime where that fits into 255 bits."""
    numbers = [y + more for y in sorted(weak_y()) for more in (0, P) if y + more < 2**255]
    return [(number | sign << 255).to_bytes(32, "little") for number in numbers for sign in (0, 1)]


def test_the_curve_has_the_weak_points_that_we_look_for() -> None:
    assert len(weak_y()) == 5
    assert len(spellings()) == 14


@pytest.mark.parametrize("public", spellings(), ids=lambda public: public.hex()[:8] + public.hex()[-2:])
def test_a_key_of_small_order_is_refused_in_every_spelling(public: bytes) -> None:
    with pytest.raises(KeyRejected) as refusal:
        refuse_weak_key(public)
    assert refusal.value.rule == "small_order"


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyRejected):
        refuse_weak_key(bytes(length))


def test_a_second_spelling_of_a_good_point_is_refused() -> None:
    usable = [y for y in range(2, 19) if square_root((y * y - 1) * pow(D * y * y + 1, -1, P)) is not None]
    assert usable
    for y in usable:
        refuse_weak_key(y.to_bytes(32, "little"))
        with pytest.raises(KeyRejected) as refusal:
            refuse_weak_key((y + P).to_bytes(32, "little"))
        assert refusal.value.rule == "not_canonical"


def test_bytes_that_are_no_point_are_refused() -> None:
    with pytest.raises(KeyRejected) as refusal:
        refuse_weak_key((2).to_bytes(32, "little"))
    assert refusal.value.rule == "not_on_curve"


def test_an_ordinary_key_is_taken() -> None:
    for seed in range(20):
        private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        refuse_weak_key(private.public_key().public_bytes_raw())


def test_a_key_has_another_id_in_another_tenant() -> None:
    assert key_id_of(bytes(16), bytes(32)) != key_id_of(bytes(15) + b"\x01", bytes(32))


def test_every_kind_of_code_has_a_purpose_of_its_own() -> None:
    assert len(set(PURPOSE_OF.values())) == len(Kind)
