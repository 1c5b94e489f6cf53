"""Which merges nothing excuses: two people, each under a confirmed number."""

import polars as pl
import pytest

from sinergi.confirmed import confirmed_merges

SCHEMA = {"found": pl.String, "truth": pl.String, "nik": pl.String, "is_matched": pl.Boolean, "source_id": pl.String}


def count(*rows):
    return confirmed_merges(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


ANI = [("x", "ani", "1", False, "dinsos/sembako"), ("x", "ani", "1", False, "dinkes/pbi_jkn")]
IDA = [("x", "ida", "2", True, "p3ke/individu_2022")]


def test_two_senders_and_a_match_confirm():
    assert count(*ANI, *IDA) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [ANI[0], *IDA],  # one sender says so
        [ANI[0], ("x", "ani", "1", False, "dinsos/pkh"), *IDA],  # the same sender twice
        [*ANI, ("y", *IDA[0][1:])],  # two found people
        [*ANI, ("x", "ani", "2", True, "p3ke/individu_2022")],  # one person, a typo marked as matched
        [*ANI, ("x", "ida", "1", True, "p3ke/individu_2022")],  # one number, typed for a stranger
        [*ANI, ("x", "ida", None, True, "p3ke/individu_2022")],
    ],
)
def test_what_is_no_merge_of_two_confirmed_numbers(rows):
    assert count(*rows) == 0
