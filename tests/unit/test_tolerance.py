"""How far linking may move a figure, by hand."""

from __future__ import annotations

import pytest

from sinergi.tolerance import bound

TRUE = {
    "headcount": {"2024-01/people/city": 69.0},
    "stages": {"decreed": 23.0, "enumerated": 300.0},
    "coverage": {"raise_income/times_helped": 50.0, "raise_income/amount_idr": 5_000_000.0, "raise_income/gap": 7.0},
    "journey": {"assisted": 20.0, "days_to_assisted": 200.0, "days_in_force": 3000.0},
    "needs": {"work/needs": 8.0, "work/met": 4.0, "work/days_to_met": 0.0}
    | {"toilet/met": 2.0, "toilet/days_to_met": 60.0},
    "vacancy_candidates": {"2024-02/pairs": 80.0},
    "untargeted": {"never_decreed/dinsos-sembako": 3000.0, "after_end/dinsos-sandang-pangan": 400.0},
    "interventions": {"dinsos-sembako/2024-01": 3500.0, "dinsos-sandang-pangan/2024-01": 500.0},
    "overlaps": {"others/food/pairs": 100.0, "decreed/food/pairs": 90.0, "others/health_insurance/pairs": 4.0},
}


@pytest.mark.parametrize(
    ("figure", "allowed"),
    [
        ("headcount/2024-01/people/city", 0),  # the decrees alone
        ("stages/decreed", 0),
        ("journey/days_in_force", 0),
        ("stages/enumerated", 2 + 3),  # two and one in a hundred
        ("coverage/raise_income/gap", 2.07),
        ("coverage/raise_income/offices", 2),  # not among the true ones
        ("coverage/raise_income/amount_idr", 100_000 * 2.5),  # as many times the mean of one help
        ("journey/days_to_assisted", 10 * 2.2),
        ("needs/toilet/days_to_met", 30 * 2.02),
        ("needs/work/days_to_met", 10 * 2.04),  # nothing to take a mean of: that of all needs
        ("vacancy_candidates/2024-02/pairs", 10 * 2.08),  # a person fits ten
        ("overlaps/others/food/pairs", 2 + 34),  # of 3,400 rows of help, per family
        ("overlaps/decreed/food/doubled", 2 + 6),
        ("overlaps/others/health_insurance/pairs", 2),  # nobody was insured
    ],
)
def test_bounds(figure: str, allowed: float) -> None:
    group, _, name = figure.partition("/")
    assert bound(group, name, TRUE) == pytest.approx(allowed, abs=1e-3)


def test_help_that_is_counted_per_person_is_held_to_what_is_asked_of_persons() -> None:
    true = TRUE | {"untargeted": {"never_decreed/dinkes-pbi-jkn": 400.0}}
    assert bound("overlaps", "others/health_insurance/pairs", true) == pytest.approx(2 + 2)
