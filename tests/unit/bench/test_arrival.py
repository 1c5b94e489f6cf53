"""What the bench of arrival delivers: a list that would be accepted, of the size that it says."""

import openpyxl
import xlsxwriter

from sinergi.bench import arrival

HEADER = ["No", "NAMA PENERIMA", "NIK KTP", "TGL SALUR"]


def test_a_list_of_the_next_month_repeats_people_on_other_days_and_has_strangers(tmp_path):
    with xlsxwriter.Workbook(tmp_path / arrival.LAST) as book:
        sheet = book.add_worksheet("Penerima")
        for at, row in enumerate((HEADER, [1, "A", "11", "03/12/2024"], [2, "B", "12", "04/12/2024"])):
            sheet.write_row(arrival.HEADER_ROW - 1 + at, 0, row)
    assert arrival.deliver(tmp_path, 12) == 4  # a month's list of six times the last one's would be held
    page = openpyxl.load_workbook(tmp_path / arrival.NEW)["Penerima"]
    header, *rows = page.iter_rows(min_row=arrival.HEADER_ROW, values_only=True)
    assert list(header) == HEADER and len(rows) == 4
    assert [row[1] for row in rows] == ["B A", "B", "A", "B"]
    assert [row[2] for row in rows] == [None, "12", "11", "12"]
    assert [f"{row[3]:%Y-%m-%d}" for row in rows[:3]] == ["2025-01-01", "2025-01-01", "2025-01-02"]
    assert not list(tmp_path.glob("*.part"))
