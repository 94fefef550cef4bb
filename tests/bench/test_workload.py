from __future__ import annotations

from bench.workload import Population, arrivals, percentile, requests


def test_the_same_seed_asks_for_the_same() -> None:
    assert requests(Population(), 100, seed=1) == requests(Population(), 100, seed=1)
    assert requests(Population(), 100, seed=1) != requests(Population(), 100, seed=2)


def test_a_tenth_of_the_requests_meets_an_account_that_cannot_pay() -> None:
    population = Population(with_rules=True)
    asked = requests(population, 10_000, seed=1)
    refused = [request for request in asked if request.refused]
    assert 900 < len(refused) < 1_100
    assert all(sum(population.lots(request.account)) < request.points for request in refused)


def test_nobody_is_refused_where_no_rules_are() -> None:
    assert not any(request.refused for request in requests(Population(), 1_000, seed=1))


def test_arrivals_come_in_order_and_at_the_asked_rate() -> None:
    due = arrivals(1_000, 10, seed=1)
    assert due == sorted(due)
    assert 9_500 < len(due) < 10_500


def test_a_percentile_is_a_value_that_was_seen() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99)) == (50.0, 99.0)
    assert percentile([7.0], 99) == 7.0
