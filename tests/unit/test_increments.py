"""What another build must stand on, too, for a build to keep what it made."""

from sinergi import increments
from sinergi.increments import Extent


def test_a_folder_is_known_by_its_names_and_contents_but_not_by_what_programs_write_into_it(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.sql").write_text("select 1")
    first = increments.digest(tmp_path)
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text("{}")
    assert increments.digest(tmp_path) == first
    (tmp_path / "models" / "a.sql").rename(tmp_path / "models" / "b.sql")
    second = increments.digest(tmp_path)
    (tmp_path / "models" / "b.sql").write_text("select 2")
    assert len({first, second, increments.digest(tmp_path)}) == 3


def test_what_is_another_is_told_by_name():
    base = {"dbt project": "a", "entities": "b", "program": "c", "hash key": "d", "day": "e", "links": "f"}
    assert increments.differing(base, base | {"links": "g"}) == []
    assert increments.differing(base, base | {"day": "g", "entities": "h"}) == ["entities", "day"]
    assert increments.differing({}, base) == list(increments.FIXED)


def test_deliveries_come_and_go_and_are_taken_in_again():
    one = {"deliveries": {"1": "monday", "2": "monday", "3": "monday"}}
    other = {"deliveries": {"2": "monday", "3": "tuesday", "4": "tuesday"}}
    assert increments.come_and_gone(one, other) == {1, 3, 4}
    assert increments.come_and_gone(one, one) == set()


def test_an_extent_says_what_a_log_shows():
    assert str(Extent(rows=12345)) == "12,345 rows touched"
    assert str(Extent(rows=0)) == "0 rows touched"
    assert str(Extent(why_whole="another day")) == "whole: another day"
