import re
from pathlib import Path

import polars as pl
import pytest

from sinergi import findings
from sinergi.contracts.vocabulary import EXPECTATIONS
from sinergi.settings import ROOT

PREFIXES = "file|columns|row|value|nik|no_kk|date|number|code|area|table|delivery|expectation"
CODE = re.compile(rf'f?"((?:{PREFIXES})\.[a-z_]+)"')
# Attributes and file names that look like rule codes and are none.
NOT_RULES = {"file.format", "area.code", "area.name", "table.sheet"}


def sources() -> list[Path]:
    return sorted((ROOT / "plugins" / "sinergi").rglob("*.py"))


def test_every_rule_used_in_code_has_words() -> None:
    used = {(code, path.name) for path in sources() for code in CODE.findall(path.read_text())}
    unknown = {(code, name) for code, name in used if code not in findings.rules() and code not in NOT_RULES}
    assert not unknown
    assert len(used) > 20


def test_every_expectation_has_words_and_is_about_the_same() -> None:
    for name, known in EXPECTATIONS.items():
        assert findings.rules()[f"expectation.{name}"].about == known.about


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_rule_says_what_why_and_what_next(lang: str) -> None:
    for rule in findings.rules().values():
        wording = rule.wording[lang]
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
