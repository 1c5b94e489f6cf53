"""The pages that people read say what the code does, or a test fails."""

import re

import pytest

from sinergi import cli_reference, pages
from sinergi.contracts import load_contracts
from sinergi.settings import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("name", pages.PAGES)
def test_pages_made_from_the_code_are_up_to_date(name):
    assert (ROOT / "docs" / name).read_text() == pages.PAGES[name](), "run `make docs`"


def test_every_command_shows_an_example():
    sections = cli_reference.markdown().split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections if "```" not in section] == []


def test_every_make_target_is_explained():
    targets = re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.M)
    readme = (ROOT / "README.md").read_text()
    assert targets
    assert [target for target in targets if f"make {target}" not in readme] == []


def test_the_map_of_the_house_names_every_top_folder():
    readme = (ROOT / "README.md").read_text()
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    folders -= {"logs"}
    assert [name for name in sorted(folders) if f"{name}/" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_carries_what_looks_like_a_whole_identity_number_of_a_person(page):
    made_up = {"6271014501900000"}
    assert set(re.findall(r"\b\d{16}\b", page.read_text())) <= made_up


def test_sixteen_offices_deliver():
    senders = {contract.sender_id for contract in load_contracts().values()}
    assert len(senders - {"p3ke", "dtsen", "kelurahan", "setda"}) == 16
