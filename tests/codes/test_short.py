from __future__ import annotations

import pytest

from points.codes.errors import ShortCodeMalformed
from points.codes.short import grouped, make_short_code, normalise_short_code


def made(body: int) -> str:
    return make_short_code(lambda _: body)


def test_a_short_code_is_eleven_random_digits_and_a_check_digit() -> None:
    assert made(7992739871) == "079927398713"
    assert len(make_short_code()) == 12
    assert normalise_short_code(make_short_code())


@pytest.mark.parametrize(
    "typed",
    [
        "079927398713",
        "0799 2739 8713",
        " 0799-2739-8713 ",
        "0799\u30002739\u30008713",
        "0799－2739－8713",
        "0799–2739—8713",
        "０７９９２７３９８７１３",
        "0799２７３９8713\n",
    ],
)
def test_the_ways_in_which_people_type_it_are_all_understood(typed: str) -> None:
    assert normalise_short_code(typed) == "079927398713"


def test_every_single_wrong_digit_is_caught_before_a_look_up() -> None:
    code = made(12345678901)
    for place in range(12):
        for digit in set("0123456789") - {code[place]}:
            with pytest.raises(ShortCodeMalformed) as refusal:
                normalise_short_code(code[:place] + digit + code[place + 1 :])
            assert refusal.value.rule == "check_digit"


@pytest.mark.parametrize("typed", ["07992739871", "0799273987130", "87"])
def test_a_code_of_another_length_is_refused(typed: str) -> None:
    with pytest.raises(ShortCodeMalformed) as refusal:
        normalise_short_code(typed)
    assert refusal.value.rule == "length"


@pytest.mark.parametrize(
    "typed", ["", "   ", "٠٧٩٩٢٧٣٩٨٧١٣", "+79927398713", "0799_2739_8713", "①②③", "07992739871³"]
)
def test_what_is_not_digits_is_refused(typed: str) -> None:
    with pytest.raises(ShortCodeMalformed) as refusal:
        normalise_short_code(typed)
    assert refusal.value.rule == "characters"


def test_it_is_shown_in_groups_of_four() -> None:
    assert grouped("079927398713") == "0799 2739 8713"
    assert normalise_short_code(grouped("079927398713")) == "079927398713"
