"""When two spellings are one name, and when one NIK is two people."""

import pytest

from sinergi.linkage.names import clusters, same_name


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("SITI AMINAH", "SITI AMINAH"),
        ("SITI AMINAH", "AMINAH SITI"),
        ("SITI AMINAH", "SITTI AMINA"),
        ("MUHAMMAD YUSUF", "YUSUF"),
        ("MUHAMMAD YUSUF EFENDI", "M YUSUF E"),
        ("BUDI SANTOSO", "BUDISANTOSO"),
        ("RAHMADI", "RACHMADI"),
    ],
)
def test_spellings_of_one_name(left, right):
    assert same_name(left, right) and same_name(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("SITI AMINAH", "SITI RAHMAH"),
        ("MUHAMMAD YUSUF", "MUHAMMAD RIZKI"),
        ("BUDI SANTOSO", "KARTINI"),
        ("ANDI", "RUSMIATI"),
    ],
)
def test_names_of_two_people(left, right):
    assert not same_name(left, right) and not same_name(right, left)


def test_the_first_spelling_leads_its_cluster():
    names = ["BUDI SANTOSO", "KARTINI", "BUDI SANTOSA", "KARTINI DEWI"]
    assert clusters(names) == [["BUDI SANTOSO", "BUDI SANTOSA"], ["KARTINI", "KARTINI DEWI"]]


def test_groups_do_not_depend_on_the_order_once_the_leads_are_known():
    names = ["MARIA SANTOSO", "YOHANES LESTARI", "MARIA LESTARI", "KARTINI", "MERIA SANTOSA", "SANTOSO"]
    groups = clusters(names)
    leads = [group[0] for group in groups]
    again = clusters(dict.fromkeys([leads[0], *sorted(leads[1:]), *reversed(names)]))
    assert {group[0]: set(group) for group in again} == {group[0]: set(group) for group in groups}
