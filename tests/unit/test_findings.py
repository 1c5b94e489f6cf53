import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from sinergi import catalogue, findings
from sinergi.conform import identity
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.settings import ROOT

# What raises or names a rule, and where the rule stands among its arguments.
RAISERS = {
    "make": 0,
    "message": 0,
    "table_finding": 0,
    "report": 0,
    "hold": 0,
    "Hold": 0,
    "FileFault": 0,
    "hold_unread": 2,
    "_enter_failed": 3,
}
PREFIXES = "|".join(sorted({name.partition(".")[0] for name in findings.rules()}))
CODE = re.compile(rf"(?:{PREFIXES})\.[a-z_]+")
# Attributes and file names that look like rule codes and are none.
NOT_RULES = {"file.format", "area.code", "area.name", "table.sheet"}


def sources() -> list[Path]:
    return sorted((ROOT / "plugins" / "sinergi").rglob("*.py"))


def literals(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def raised(path: Path) -> Iterator[str]:
    """The rules that a module raises by name, whatever they begin with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = RAISERS.get(name)
            if place is not None and len(node.args) > place:
                rule = node.args[place]
                if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
                    yield rule.value


def test_every_rule_used_in_code_has_words() -> None:
    used = {(code, path.name) for path in sources() for code in {*literals(path), *raised(path)} - NOT_RULES}
    assert sorted((code, name) for code, name in used if code not in findings.rules()) == []
    assert len(used) > 60


def test_a_rule_without_words_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "new.py"
    module.write_text('raise FileFault("cloud.rained")\nfindings.make("nik.purple", rows)\nRULE = "correction.lost"\n')
    assert {*literals(module), *raised(module)} - findings.rules().keys() == {
        "cloud.rained",
        "nik.purple",
        "correction.lost",
    }


def test_rules_named_by_outcome_have_words() -> None:
    outcomes = set(identity.STATUS) - {"valid"}
    assert {f"{number}.{outcome}" for number in ("nik", "no_kk") for outcome in outcomes} <= findings.rules().keys()


def test_every_expectation_has_words_and_is_about_the_same() -> None:
    for name, known in EXPECTATIONS.items():
        assert findings.rules()[f"expectation.{name}"].about == known.about


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_rule_says_what_why_and_what_next(lang: str) -> None:
    for rule in findings.rules().values():
        wording = rule.wording[lang]
        assert rule.brief[lang] and not rule.brief[lang].endswith(".")
        assert wording.text.endswith(".") and wording.cause.endswith(".") and wording.cure.endswith(".")
        assert rule.severity in findings.SEVERITIES and rule.about in ("row", "table", "file")


def test_both_languages_have_the_same_blanks_in_the_sentence() -> None:
    for name, rule in findings.rules().items():
        blanks = [set(re.findall(r"{(\w+)}", rule.wording[lang].text)) for lang in ("id", "en")]
        assert blanks[0] == blanks[1], name


def test_a_message_fills_its_blanks_and_never_fails_for_want_of_one() -> None:
    said = findings.message("file.sheet_missing", "en", file="a.xlsx", sheet="Data", sheets="Isi")
    assert "a.xlsx has no sheet Data; it has Isi" in said
    assert "–" in findings.message("file.sheet_missing", "en")


@pytest.mark.parametrize(
    ("value", "masked"),
    [("6271015708450001", "************0001"), ("Budi", "****"), ("", ""), ("Budi S", "**di S")],
)
def test_masking_keeps_the_last_four(value: str, masked: str) -> None:
    assert findings.mask(value) == masked
    assert findings.mask(pl.Series([value, None])).to_list() == [masked, None]
    assert pl.DataFrame({"v": [value]}).select(findings.mask(pl.col("v"))).item() == masked


def test_findings_are_made_for_many_rows_at_once() -> None:
    rows, values = pl.Series([7, 9]), pl.Series(["6271015708450000", "1,5"])
    made = findings.make("nik.numeric", rows, "nik", values, lang="id", header="NIK KTP", number="NIK")
    assert dict(made.schema) == findings.FINDINGS_SCHEMA
    assert made["value"].to_list() == ["************0000", "***"]
    assert made["message"][0].startswith("Baris 7, kolom NIK KTP: NIK tersimpan sebagai angka (************0000)")
    assert made["severity"].to_list() == ["critical", "critical"]


def test_a_blank_may_differ_by_row_and_open_values_are_shown() -> None:
    made = findings.make(
        "code.unknown", pl.Series([3]), "status", pl.Series(["Beres"]), personal=False, lang="en",
        near=pl.Series([" (Selesai?)"]),
    )  # fmt: skip
    assert made["message"][0].startswith("Row 3, column status: Beres is not on the list (Selesai?).")


def test_table_findings_have_no_row_and_joining_sorts() -> None:
    table = findings.table_finding("columns.unknown", "id", headers="“Catatan”")
    rows = findings.make("row.duplicate", pl.Series([5]), lang="id", first=4)
    joined = findings.join([rows, findings.empty(), table])
    assert joined["row_number"].to_list() == [None, 5]
    assert dict(joined.schema) == findings.FINDINGS_SCHEMA


def test_language_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SINERGI_LANG", raising=False)
    assert findings.language("en") == "en"
    monkeypatch.setenv("SINERGI_LANG", "id")
    assert findings.language("en") == "id"


def test_the_catalogue_leaves_no_rule_out() -> None:
    page = catalogue.markdown()
    assert catalogue.groups_without_title() == set()
    assert [name for name in findings.rules() if f"### `{name}`" not in page] == []
