"""An id stays with most of its evidence; what is merged, moved or parted is on record."""

import polars as pl

from sinergi.linkage.ids import claim


def evidence(**units):
    rows = [(number, key, 1) for number, keys in enumerate(units.values()) for key in keys]
    return pl.DataFrame(rows, schema={"unit": pl.Int64, "key": pl.String, "weight": pl.UInt32}, orient="row")


def known(rows):
    full = [(key, now, first) for key, now, first in rows]
    return pl.DataFrame(full, schema=dict.fromkeys(("key", "id", "first_id"), pl.String), orient="row")


def test_a_unit_keeps_the_id_of_most_of_its_evidence():
    ids, history = claim(evidence(one="abc"), known([("a", "X", "X"), ("b", "X", "X"), ("c", "Y", "Y")]))
    assert ids.rows() == [(0, "X", False)]
    assert history.rows() == [("Y", "X", "merged")]


def test_what_is_left_when_most_moves_keeps_the_id():
    """Two of X's three records turn out to be Y's: X lives on with the third, and the move is on record."""
    before = known([*((key, "X", "X") for key in "abc"), *((key, "Y", "Y") for key in "defg")])
    ids, history = claim(evidence(y="abdefg", x="c"), before)
    assert ids.rows() == [(0, "Y", False), (1, "X", False)]
    assert history.rows() == [("X", "Y", "split")]


def test_a_split_gives_the_rest_a_new_id_and_says_of_whom():
    ids, history = claim(evidence(most="abc", rest="d"), known([(key, "X", "X") for key in "abcd"]))
    assert ids["id"][0] == "X" and ids["is_new"].to_list() == [False, True]
    assert history.rows() == [("X", ids["id"][1], "split")]


def test_a_merge_that_is_undone_gives_back_the_id():
    """X was merged into Y; its evidence is known as Y's, and was X's at first."""
    before = known([("a", "Y", "X"), *((key, "Y", "Y") for key in "def")])
    ids, history = claim(evidence(x="a", y="def"), before)
    assert ids.rows() == [(0, "X", False), (1, "Y", False)]
    assert history.rows() == [("Y", "X", "split")]


def test_an_id_that_is_still_somebodys_is_not_given_back():
    before = known([("a", "Y", "X"), ("b", "X", "X"), *((key, "Y", "Y") for key in "def")])
    ids, _ = claim(evidence(lone="a", x="b", y="def"), before)
    assert ids["id"][1:].to_list() == ["X", "Y"] and ids["id"][0] not in ("X", "Y")
