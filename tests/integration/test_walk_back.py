"""Every report walks back to its files: each query of docs/walk-back.md, on a city that has rows for all of them."""

import csv
import dataclasses
import hashlib
import re
from functools import cache

import openpyxl
import pytest
from made_offices import workbook

from sinergi.database import connect
from sinergi.run import run
from sinergi.sample import write_sample
from sinergi.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "walk-back.md").read_text()
QUERIES = dict(re.findall(r"^\| `(rpt_\w+)` \|[^|]+\| `(select w\.\* [^`]+)` \|$", PAGE, re.MULTILINE))
OTHERS = re.findall(r"^\| [^`|]+ \| `(select w\.\* [^`]+)` \|$", PAGE, re.MULTILINE)
REPORTS = {path.stem for path in (ROOT / "dbt_project" / "models" / "marts").glob("rpt_*.sql")}
# The figure that the rows add up to, one row each; of the others the rows are evidence, not terms of a sum.
COUNTED = {
    "rpt_headcount": "people",
    "rpt_headcount_city": "people",
    "rpt_outcomes": "people",
    "rpt_coverage": "times_helped",
    "rpt_assistance": "times_helped",
    "rpt_untargeted_recipients": "times_helped",
    "rpt_untargeted_counts": "times_helped",
    "rpt_overlap_counts": "pairs",
}
SHOWN = {
    "rpt_identity": "people_without_nik",
    "rpt_deliveries": "critical_findings",
    "rpt_sender_scorecard": "findings",
}
ABOUT = ("full_name", "head_name", "position", "program_name", "withdrawn_number")  # a text by which one knows a row
TRIED = 3  # rows of each report


@pytest.fixture(scope="module")
def warehouse(server, tmp_path_factory):
    """A sample city, published, with its archive."""
    folder = tmp_path_factory.mktemp("walk_back")
    write_sample("palangkaraya", folder, 1)
    withdrawal = ["188.45/1/2023", "188.45/2/2023", "29 Maret 2023", "1 April 2023", ""]  # the sample's city has none
    headers = ["SK Yang Dicabut", "Nomor SK Pencabutan", "Tanggal SK Pencabutan", "Berlaku Mulai", "Keterangan"]
    path = folder / "inbox" / "setda" / "pencabutan_sk" / "pencabutan.xlsx"
    workbook(path, [withdrawal], headers, sheet="Pencabutan")
    settings = dataclasses.replace(
        Settings.load({}, home=folder / "home", inbox=str(folder / "inbox")),
        database_url=server.create_database("test_walk_back"),
    )
    assert run(settings)["failures"] == []
    with connect(settings.database_url, autocommit=True) as connection:
        connection.archive = settings.archive
        yield connection
    server.drop_database("test_walk_back")


@cache
def page_of(path, sheet):
    """Give the cells of an archived file, by row number as Excel or an editor shows it."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        return dict(enumerate(book[sheet].iter_rows(values_only=True), 1))
    content = path.read_bytes()
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = content.decode("cp1252").splitlines()
    delimiter = max(";,\t|", key=lines[0].count)
    return {number: next(csv.reader([line], delimiter=delimiter)) for number, line in enumerate(lines, 1) if line}


def plain(text):
    return re.sub(r"\W+", " ", str(text)).strip().casefold()


def is_in_its_file(warehouse, row):
    """Whether the archived file is the one of the ledger, and has what the row says in that sheet at that row."""
    _, _, sha256, archive_path, _, _, sheet, number, stands_in, content = row
    path = warehouse.archive / archive_path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    cells = {plain(cell) for cell in page_of(path, sheet)[number] if cell is not None}
    if stands_in == "quarantine.rows":  # as read: words stay, how a day or an amount is written does not
        words = {plain(word) for value in content.values() for word in re.split(r"[|]", str(value or ""))}
        words = {word for word in words if re.search("[a-z]{3}", word)}
        return bool(words) and words <= cells
    said = {plain(content[name]) for name in ABOUT if content.get(name)}
    return bool(said & cells)


def asked(warehouse, report, query):
    """Give `(report's row, query with its key)` of some rows of a report that count something."""
    alias = re.search(rf"from marts\.{report} (\w)\b", query)[1]
    keys = re.findall(rf"\b{alias}\.(\w+) = '\.\.\.'", query)
    assert len(keys) == query.count("'...'") > 0
    figure = COUNTED.get(report) or SHOWN.get(report)
    some = [f"{key} is not null" for key in keys] + ([f"{figure} > 0"] if figure else [])
    cursor = warehouse.execute(f"select * from marts.{report} where {' and '.join(some)} order by md5({report}::text)")
    for values in cursor.fetchmany(TRIED):
        row = dict(zip([column.name for column in cursor.description], values, strict=True))
        filled = query
        for key in keys:
            filled = filled.replace("'...'", f"'{row[key]}'", 1)
        yield row, filled


def test_every_report_has_its_way_back():
    assert set(QUERIES) == REPORTS
    assert PAGE.count("`select w.*") == len(QUERIES) + len(OTHERS)


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_a_report_walks_back_to_its_files(warehouse, report):
    tried = list(asked(warehouse, report, QUERIES[report]))
    assert tried, "the sample has no row of it"
    for row, query in tried:
        origins = warehouse.execute(query).fetchall()
        assert origins, query
        if figure := COUNTED.get(report):
            assert len(origins) == row[figure], query
        for origin in origins[:20]:
            assert is_in_its_file(warehouse, origin), origin[:9]


@pytest.mark.parametrize("query", OTHERS)
def test_any_other_query_walks_back_too(warehouse, query):
    everything = query.partition(" where ")[0] if "'...'" in query else query
    origins = warehouse.execute(everything + " limit 20").fetchall()
    assert origins and all(is_in_its_file(warehouse, origin) for origin in origins)


def test_a_budget_is_the_sum_of_its_activities_last_reports(warehouse):
    for row, query in asked(warehouse, "rpt_budget", QUERIES["rpt_budget"]):
        reports = sorted((origin[9] for origin in warehouse.execute(query)), key=lambda content: content["reported_on"])
        last = {content["activity_code"]: content["ceiling_idr"] for content in reports}
        assert sum(last.values()) == row["ceiling_idr"]
