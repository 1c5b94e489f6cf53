"""bi/ against the warehouse that it speaks of: every column known, every chart well placed, ids that stay."""

import re

import pytest
import yaml

from sinergi.dashboards import assets, charts, words
from sinergi.dictionary import labels, models
from sinergi.errors import SinergiError
from sinergi.settings import ROOT, Settings

URL = "postgresql+psycopg2://superset_reader:secret@127.0.0.1/sinergi"
PAGES = assets.dashboards()
DATASETS = {path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / "bi" / "datasets").glob("*.yml")}
BI = list(models(ROOT / "dbt_project" / "models" / "bi"))


@pytest.fixture(scope="module")
def made():
    return {path: yaml.safe_load(text) for path, text in assets.compile_assets(URL).items()}


def test_the_four_dashboards_are_there():
    assert list(PAGES) == ["mutu-data", "per-kelurahan", "per-opd", "ringkasan"]


def test_ids_are_the_same_every_time(made):
    again = {path: yaml.safe_load(text) for path, text in assets.compile_assets(URL).items()}
    assert again == made
    ids = [asset["uuid"] for asset in made.values() if "uuid" in asset]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("slug", PAGES)
def test_rows_are_twelve_columns_wide_and_names_are_unique(slug):
    for row in PAGES[slug]["rows"]:
        assert sum(chart["width"] for chart in row["charts"]) == 12
    names = [chart["name"] for chart in assets.page_charts(PAGES[slug])]
    titles = [chart["title"] for chart in assets.page_charts(PAGES[slug])]
    assert len(names) == len(set(names)) and len(titles) == len(set(titles))


@pytest.mark.parametrize("slug", PAGES)
def test_every_dashboard_has_a_period_and_each_filter_reaches_a_chart(made, slug):
    position = made[f"dashboards/{slug}.yaml"]["position"]
    everything = {box["meta"]["chartId"] for name, box in position.items() if name.startswith("CHART-")}
    filters = made[f"dashboards/{slug}.yaml"]["metadata"]["native_filter_configuration"]
    assert "filter_time" in {each["filterType"] for each in filters}
    for each in filters:
        assert everything - set(each["scope"]["excluded"]), each["name"]


def test_every_dataset_reads_bi_alone_and_all_are_used(made):
    for name, given in DATASETS.items():
        assert set(re.findall(r"(?:from|join) (\w+)\.", given["sql"])) == {"bi"}, name
    used = {chart["dataset"] for page in PAGES.values() for chart in assets.page_charts(page)}
    assert used == set(DATASETS)


def test_every_relation_and_column_of_bi_has_a_label_and_no_label_is_left_over():
    named = labels(Settings.load())
    relations = {model["name"].removeprefix("bi_") for model in BI}
    columns = {column["name"] for model in BI for column in model["columns"]}
    assert set(named["relations"]) == relations
    own = {f"{model['name'].removeprefix('bi_')}.{column['name']}" for model in BI for column in model["columns"]}
    assert columns <= set(named["columns"]) <= columns | own


def test_columns_show_their_indonesian_label(made):
    columns = made["datasets/sinergi/headcount.yaml"]["columns"]
    shown = {column["column_name"]: column["verbose_name"] for column in columns}
    assert shown["people"] == "Jiwa"
    assert shown["state"] == "Keadaan"


def test_a_column_that_the_data_have_not_is_refused():
    chart = {"name": "x", "viz": "table", "dataset": "unserved", "by": ["nik"], "metrics": {"n": "count(*)"}}
    with pytest.raises(SinergiError, match="no column nik"):
        charts.parameters(chart, DATASETS["unserved"])


def test_codes_become_words_and_quotes_stay_inside():
    sql = words.fill("select * from {reasons} as said (code, word)")
    assert "('never_decreed', 'tidak pernah dalam SK')" in sql
    assert "{" not in words.fill("{rules} {senders} {methods}")
    assert words.fill("period ~ '^[0-9]{4}$'") == "period ~ '^[0-9]{4}$'"


@pytest.mark.parametrize(
    ("codes", "model", "column"),
    [
        ("help_statuses", "rpt_assistance", "status"),
        ("reasons", "rpt_untargeted_recipients", "reason"),
        ("methods", "xwalk_people", "method"),
        ("doubts", "rpt_link_review", "doubt"),
        ("delivery_statuses", "rpt_deliveries", "status"),
        ("severities", "rpt_findings", "severity"),
    ],
)
def test_every_code_that_the_warehouse_may_hold_has_its_word(codes, model, column):
    [marts] = [each for each in models(ROOT / "dbt_project" / "models" / "marts") if each["name"] == model]
    [described] = [each for each in marts["columns"] if each["name"] == column]
    tests = [test["accepted_values"] for test in described.get("data_tests", []) if "accepted_values" in test]
    for test in tests:
        assert set(test["arguments"]["values"]) <= set(words.LISTS[codes]())


def test_each_dashboard_is_an_exposure_of_what_it_reads():
    path = ROOT / "dbt_project" / "models" / "exposures" / "dashboards.yml"
    exposed = {each["name"]: each for each in yaml.safe_load(path.read_text())["exposures"]}
    assert {name.replace("-", "_"): page["title"] for name, page in PAGES.items()} == {
        name: each["label"] for name, each in exposed.items()
    }
    for name, page in PAGES.items():
        sql = " ".join(DATASETS[chart["dataset"]]["sql"] for chart in assets.page_charts(page))
        read = {f"ref('bi_{relation}')" for relation in re.findall(r"bi\.(\w+)", sql)}
        assert set(exposed[name.replace("-", "_")]["depends_on"]) == read, name


def test_the_join_map_names_columns_that_are_there():
    columns = {model["name"].removeprefix("bi_"): {each["name"] for each in model["columns"]} for model in BI}
    page = (ROOT / "docs" / "bi.md").read_text()
    rows = re.findall(r"^\| (`.*`) \| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", page, re.M)
    assert len(rows) > 10
    for many, column, one, key in rows:
        assert key in columns[one]
        for relation in re.findall(r"`(\w+)`", many):
            assert column in columns[relation], (relation, column)


def test_every_relation_of_bi_can_be_joined_or_stands_alone():
    alone = {"build_info", "rpt_conflicts", "rpt_finding_counts", "rpt_outcomes", "xwalk_people"}
    page = (ROOT / "docs" / "bi.md").read_text().partition("## Join map")[2].partition("## From")[0]
    named = set(re.findall(r"`(\w+)`", page))
    assert {model["name"].removeprefix("bi_") for model in BI} - named == alone
