"""What the bench of arrival delivers: a list that would be accepted, of the size that it says."""

import csv

from sinergi.bench import arrival

HEADER = "No Kartu;NIK;Nama;TMT;Iuran"


def test_a_list_of_the_next_month_repeats_people_on_other_days(tmp_path):
    (tmp_path / arrival.LAST).write_text(f"{HEADER}\n1;11;A;03/12/2024;42000\n2;12;B;04/12/2024;42000\n")
    arrival.deliver(tmp_path, 5)
    with (tmp_path / arrival.NEW).open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["Nama"] for row in rows] == ["A", "B", "A", "B", "A"]
    assert [row["TMT"] for row in rows] == ["01/01/2025", "01/01/2025", "02/01/2025", "02/01/2025", "03/01/2025"]
    assert not list(tmp_path.glob("*.part"))
