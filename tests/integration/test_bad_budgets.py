"""Budget lines that cannot be, or are odd: refused with the row and the reason, or let in and asked about."""

import pytest
from made_offices import workbook
from test_bad_input import BETWEEN, found_in, outcome

from sinergi.contracts import load_contract

BEYOND = "expectation.expect_column_pair_values_a_to_be_greater_than_b"


def budget(offices, lines):
    """Deliver a quarter's budget; lines: what differs from a plain line, one dict each. Give its outcome."""
    contract = load_contract("bapperida/anggaran", offices.settings.expectations)
    headers = [names[0] for names in contract.columns.values()]
    plain = {
        "reported_on": "31/03/2024",
        "opd_id": "dinsos",
        "program_name": "Perlindungan sosial",
        "strategy": "Pengurangan beban pengeluaran",
        "ceiling_idr": 1000,
        "realised_idr": 400,
    }
    rows = [
        [({**plain, "activity_code": f"1.{number}", **line}).get(name, "") for name in contract.columns]
        for number, line in enumerate(lines)
    ]
    path = offices.path("a.xlsx", "bapperida/anggaran")
    workbook(path, rows, headers, sheet=(contract.file.sheet or "Data").strip("/"), above=contract.file.header_row - 1)
    return outcome(offices)


@pytest.mark.parametrize("amount", [5e15, -5e15])
def test_number_too_wide_for_the_database(offices, amount):
    bad = budget(offices, [{}, {"ceiling_idr": amount}] + [{}] * 8)
    assert bad.rows_quarantined >= 1 and bad.rows_read == 10
    assert bad.status in ("accepted_with_findings", "held")


@pytest.mark.parametrize(
    ("line", "rule", "severity", "accepted"),
    [
        ({"ceiling_idr": -1}, BETWEEN, "critical", 29),
        ({"realised_idr": -1}, BETWEEN, "critical", 29),
        ({"ceiling_idr": 3_000_000_000_000}, BETWEEN, "critical", 29),  # more than all that the city spends
        ({"ceiling_idr": ""}, "value.required", "critical", 29),
        ({"realised_idr": ""}, None, None, 30),  # not reported yet: unknown, which is not zero
        ({"realised_idr": 1500}, BEYOND, "warning", 30),  # can be true, so that it is asked about and shown
    ],
)
def test_budgets_that_cannot_be_or_are_odd(offices, line, rule, severity, accepted):
    bad = budget(offices, [line] + [{}] * 29)
    assert (bad.rows_read, bad.rows_accepted, bad.rows_quarantined) == (30, accepted, 30 - accepted)
    found = {(row.rule, row.severity) for row in found_in(offices, bad)}
    assert ((rule, severity) in found) if rule else not found
    kept = offices.sql("select ceiling_idr, realised_idr from raw.budgets where activity_code = '1.0'")
    expected = {"ceiling_idr": 1000, "realised_idr": 400, **line}
    assert kept == [tuple(value or None for value in expected.values())] * (accepted - 29)
