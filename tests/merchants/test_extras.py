"""What stands beside the points belongs to the question: the same key with other goods is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from points.merchants.extras import NO_EXTRAS, Extras
from tests.domain.scenario import id_of

SALE = Extras(cash_fen=250, offer_id=id_of("rice"), quantity=2, bill_number="A-17")


@pytest.mark.parametrize(
    "other",
    [
        {"cash_fen": 251},
        {"offer_id": id_of("oil")},
        {"offer_id": None},
        {"quantity": 3},
        {"bill_number": "A-18"},
        {"bill_number": None},
    ],
    ids=str,
)
def test_a_sale_that_differs_in_anything_is_told_otherwise(other: dict[str, Any]) -> None:
    assert replace(SALE, **other).told() != SALE.told()


def test_the_same_sale_is_told_alike() -> None:
    assert replace(SALE).told() == SALE.told()
    assert Extras().told() == NO_EXTRAS.told()
