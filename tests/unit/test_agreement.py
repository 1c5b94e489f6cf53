"""Agreement with the truth, worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from sinergi.agreement import agreement, by_kind

# Budi's three records: two found together, one with Sari's only record. Nobody's record is left out.
RECORDS = pl.DataFrame(
    {
        "record": ["1", "2", "3", "4", "5"],
        "truth": ["budi", "budi", "budi", "sari", None],
        "found": ["p", "p", "q", "q", "q"],
        "kinds": [["nothing wrong"], ["no NIK", "twin"], ["no NIK"], [], ["twin"]],
    }
)


def test_pairs_and_records_are_counted_once() -> None:
    found = agreement(RECORDS)
    assert (found["precision"], found["recall"]) == pytest.approx((1 / 2, 1 / 3))
    assert found["bcubed"]["precision"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert found["bcubed"]["recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found["records"] == 4


def test_each_kind_is_judged_over_its_own_records() -> None:
    kinds = {row["kind"]: row for row in by_kind(RECORDS).to_dicts()}
    assert set(kinds) == {"nothing wrong", "no NIK", "twin"}
    assert kinds["no NIK"]["records"] == 2
    assert (kinds["no NIK"]["precision"], kinds["no NIK"]["recall"]) == pytest.approx((3 / 4, 1 / 2))
    assert kinds["twin"]["records"] == 1  # the record of nobody is not judged
    assert (kinds["twin"]["precision"], kinds["twin"]["recall"]) == pytest.approx((1.0, 2 / 3))


def test_what_linking_left_out_stands_alone() -> None:
    alone = pl.DataFrame({"record": ["1", "2"], "truth": ["budi", "budi"], "found": [None, None]})
    assert agreement(alone.cast({"found": pl.String}))["recall"] == 0
