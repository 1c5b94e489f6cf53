"""Clusters are transitive, and never cross a wall unless a person said so."""

import random

from sinergi.linkage.cluster import Row, Walls, constrained


def groups(clusters, nodes):
    return {frozenset(n for n in nodes if clusters.find(n) == clusters.find(m)) for m in nodes}


def test_two_confirmed_niks_never_meet_however_strong_the_chain():
    edges = [(1, 2, 30.0), (2, 3, 29.0)]
    clusters, refused = constrained(edges, Walls(identity={1: "a", 3: "b"}))
    assert groups(clusters, [1, 2, 3]) == {frozenset({1, 2}), frozenset({3})}
    assert refused == [(2, 3, 29.0, "two_confirmed_niks")]


def test_two_rows_of_one_snapshot_are_two_people_unless_they_say_the_same():
    apart, refused = constrained([(1, 2, 20.0)], Walls(rows={1: {"s": Row("x")}, 2: {"s": Row("y")}}))
    assert apart.find(1) != apart.find(2) and refused[0][3] == "same_snapshot"
    same, _ = constrained([(1, 2, 20.0)], Walls(rows={1: {"s": Row("x", "7")}, 2: {"s": Row("x")}}))
    assert same.find(1) == same.find(2)
    # Twins of one name in one family: the list itself gives them two numbers.
    twins, _ = constrained([(1, 2, 20.0)], Walls(rows={1: {"s": Row("x", "7")}, 2: {"s": Row("x", "8")}}))
    assert twins.find(1) != twins.find(2)


def test_a_persons_merge_passes_walls_and_a_split_stays_split():
    walls = Walls(identity={1: "a", 2: "b"})
    clusters, _ = constrained([], walls, together=[(1, 2)])
    assert clusters.find(1) == clusters.find(2)
    clusters, refused = constrained([(1, 2, 40.0), (2, 3, 40.0), (1, 3, 40.0)], Walls(apart={1: {2}, 2: {1}}))
    assert clusters.find(1) != clusters.find(2) and refused[0][3] == "split_by_person"


def test_what_fits_two_people_equally_joins_neither():
    walls = Walls(identity={1: "a", 3: "b"})
    clusters, refused = constrained([(1, 2, 15.0), (2, 3, 14.5)], walls, margin=3.0)
    assert len({clusters.find(n) for n in (1, 2, 3)}) == 3
    assert {reason for *_, reason in refused} == {"fits_two_people"}


def test_the_order_of_edges_leaves_no_trace():
    draw = random.Random(1)
    edges = [(a, b, draw.random() * 30) for a in range(30) for b in range(a + 1, 30) if draw.random() < 0.2]
    walls = Walls(
        identity={n: str(n % 7) for n in range(0, 30, 3)}, rows={n: {f"s{n % 4}": Row(str(n))} for n in range(30)}
    )
    first, _ = constrained(edges, walls, margin=3.0)
    for _ in range(3):
        draw.shuffle(edges)
        again, _ = constrained(edges, walls, margin=3.0)
        assert groups(again, range(30)) == groups(first, range(30))
