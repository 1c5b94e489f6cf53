"""The later decision wins; what stays keeps what it says; a row of neither side belongs to nobody by itself."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from made_records import persons, records

from sinergi.linkage.decided import Apart, Decided, Decision, settled


def decided(*decisions):
    """Give what is left of (kind, left, right), numbered from 1."""
    return settled(
        [
            Decision(number, kind, frozenset(left), frozenset(right))
            for number, (kind, left, right) in enumerate(decisions, start=1)
        ]
    )


def test_a_split_after_a_merge_parts_what_the_merge_joined():
    found = decided(("merge", {1, 2}, {3, 4}), ("split", {1, 2}, {3, 4}))
    assert found.together == [frozenset({3, 4}), frozenset({1, 2})]
    assert found.apart == [Apart(2, frozenset({1, 2}), frozenset({3, 4}))]


def test_a_merge_after_a_split_joins_what_the_split_parted_and_no_more():
    found = decided(("split", {1, 2}, {3, 4}), ("merge", {1}, {3}))
    assert found.together == [frozenset({1, 3})]
    assert found.apart == [Apart(1, frozenset({2}), frozenset({3, 4})), Apart(1, frozenset({1}), frozenset({4}))]


def test_a_split_takes_nobody_along_who_was_joined_elsewhere():
    found = decided(("merge", {1}, {5}), ("merge", {2}, {6}), ("split", {1, 5}, {2, 6}))
    assert found.together == [frozenset({1, 5}), frozenset({2, 6})]


SIDE = st.frozensets(st.integers(0, 6), min_size=1, max_size=3)
TAKEN = st.lists(st.tuples(st.sampled_from(["merge", "split"]), SIDE, SIDE), max_size=6)


@given(TAKEN)
def test_the_last_decision_holds_whatever_came_before(taken):
    taken = [(kind, left, right - left) for kind, left, right in taken if right - left]
    if not taken:
        return
    found = decided(*taken)
    kind, left, right = taken[-1]
    if kind == "merge":
        assert any(left | right <= group for group in found.together)
        assert not any(kept & (left | right) and away & (left | right) for _, kept, away in found.apart)
    else:
        assert Apart(len(taken), left, right) in found.apart
        assert not any(group & left and group & right for group in found.together)


SAME = {"full_name": "Markus Sahabu", "birth_date": date(1990, 3, 4), "nik": "6271030403900001"}


def linked(frame, apart):
    return persons(frame, lambda people: Decided(apart=[apart]))


def test_rows_that_say_the_same_can_be_two_people():
    frame = records(SAME, SAME, SAME, SAME)
    who, found, _ = linked(frame, Apart(7, frozenset({0, 1}), frozenset({2})))
    assert who[0] == who[1] != who[2]
    assert who[3] not in (who[0], who[2])  # nobody said whose it is
    reasons = set(found.review["reason"])
    assert reasons == {"fits_two_people"}


def test_a_number_that_was_parted_joins_nobody_unasked():
    other = SAME | {"full_name": "Markus Sahabo"}
    frame = records(SAME, other, SAME | {"full_name": "Markus Sahabi"}, SAME | {"nik": "6271030403900009"})
    assert len(set(persons(frame)[0][:3])) == 1
    who, found, _ = linked(frame, Apart(7, frozenset({0}), frozenset({1})))
    assert who[0] != who[1]
    assert found.profiles["sure"].n_unique() == 4
