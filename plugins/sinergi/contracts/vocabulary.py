"""The Great Expectations types that a contract may use, with their arguments.

Kept here because importing Great Expectations costs seconds; a test compares this list with the library.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExpectationType:
    """What one expectation is about (its rows, or the table as a whole) and the arguments that it takes."""

    about: str
    needs: frozenset[str]
    takes: frozenset[str]


_BETWEEN = "min_value max_value strict_min strict_max"
_ROW = {
    "expect_column_values_to_not_be_null": ("column", "mostly"),
    "expect_column_values_to_be_null": ("column", "mostly"),
    "expect_column_values_to_be_unique": ("column", "mostly"),
    "expect_column_values_to_be_between": ("column", f"mostly {_BETWEEN}"),
    "expect_column_values_to_be_in_set": ("column value_set", "mostly"),
    "expect_column_values_to_not_be_in_set": ("column value_set", "mostly"),
    "expect_column_values_to_match_regex": ("column regex", "mostly"),
    "expect_column_values_to_not_match_regex": ("column regex", "mostly"),
    "expect_column_values_to_match_regex_list": ("column regex_list", "mostly match_on"),
    "expect_column_values_to_not_match_regex_list": ("column regex_list", "mostly"),
    "expect_column_value_lengths_to_be_between": ("column", f"mostly {_BETWEEN}"),
    "expect_column_value_lengths_to_equal": ("column value", "mostly"),
    "expect_column_pair_values_a_to_be_greater_than_b": ("column_A column_B", "mostly or_equal ignore_row_if"),
    "expect_column_pair_values_to_be_equal": ("column_A column_B", "mostly ignore_row_if"),
    "expect_compound_columns_to_be_unique": ("column_list", "mostly ignore_row_if"),
}
_TABLE = {
    "expect_table_row_count_to_be_between": ("", _BETWEEN),
    "expect_column_max_to_be_between": ("column", _BETWEEN),
    "expect_column_mean_to_be_between": ("column", _BETWEEN),
    "expect_column_median_to_be_between": ("column", _BETWEEN),
    "expect_column_min_to_be_between": ("column", _BETWEEN),
    "expect_column_sum_to_be_between": ("column", _BETWEEN),
    "expect_column_distinct_values_to_be_in_set": ("column value_set", ""),
    "expect_column_distinct_values_to_contain_set": ("column value_set", ""),
    "expect_column_unique_value_count_to_be_between": ("column", _BETWEEN),
    "expect_column_proportion_of_unique_values_to_be_between": ("column", _BETWEEN),
    "expect_column_proportion_of_non_null_values_to_be_between": ("column", _BETWEEN),
}


def _types(about: str, table: dict[str, tuple[str, str]]) -> dict[str, ExpectationType]:
    return {
        name: ExpectationType(about, frozenset(needs.split()), frozenset(f"{needs} {takes}".split()))
        for name, (needs, takes) in table.items()
    }


EXPECTATIONS: dict[str, ExpectationType] = {**_types("row", _ROW), **_types("table", _TABLE)}
