"""One cause, one line, the most useful first, in words that no single row owns."""

import polars as pl
import pytest

from sinergi import findings
from sinergi.causes import blanks_in, summarise, without_symptoms


def lost(rows, lang="id"):
    values = pl.Series([f"627101570845{row:03d}0" for row in rows])
    return findings.make("nik.numeric", pl.Series(rows), "nik", values, lang=lang, header="NIK KTP", number="NIK")


def required(rows, column="nik", header="NIK KTP"):
    return findings.make("value.required", pl.Series(rows), column, lang="id", header=header)


def test_one_cause_is_one_line_however_many_rows():
    (cause,) = summarise(lost(range(6, 106)))
    assert (cause.rule, cause.column, cause.header, cause.severity) == ("nik.numeric", "nik", "NIK KTP", "critical")
    assert (cause.count, cause.example_rows) == (100, (6, 7, 8, 9, 10))
    assert cause.sentence_id == "NIK tersimpan sebagai angka, angka ke-16 hilang"
    assert "NIK dari dokumen asli" in cause.cure_id and "–" not in cause.cure_id
    assert cause.sentence_en.startswith("The NIK is stored as a number")


def test_a_symptom_is_not_a_second_cause():
    found = findings.join([lost([6, 7]), required([6, 7, 8])])
    causes = {cause.rule: cause.count for cause in summarise(found)}
    assert causes == {"nik.numeric": 2, "value.required": 1}
    assert without_symptoms(found).height == 3


def test_what_explains_a_refused_cell_is_as_serious_as_the_refusal():
    placeholder = findings.make("date.placeholder", pl.Series([6, 7]), "delivered_on", lang="id", header="TGL")
    found = findings.join([placeholder, required([7], "delivered_on", "TGL")])
    causes = [(cause.rule, cause.severity, cause.example_rows) for cause in summarise(found)]
    assert causes == [("date.placeholder", "critical", (7,)), ("date.placeholder", "warning", (6,))]


def test_a_note_does_not_hide_what_is_required():
    noted = findings.make("nik.missing", pl.Series([9]), "nik", lang="id", header="NIK", number="NIK")
    assert {cause.rule for cause in summarise(findings.join([noted, required([9])]))} == {
        "nik.missing",
        "value.required",
    }


def test_the_most_useful_comes_first():
    found = findings.join(
        [
            findings.table_finding("table.bad_share", "id", bad=30, rows=40, share="75%", limit="50%"),
            findings.make("date.unreadable", pl.Series(range(100)), "birth_date", lang="id", header="Lahir"),
            required([41, 42]),
            lost(range(30)),
            findings.table_finding("columns.unknown", "id", headers="“Catatan”"),
        ]
    )
    assert [cause.rule for cause in summarise(found)] == [
        "nik.numeric",
        "value.required",
        "table.bad_share",
        "date.unreadable",
        "columns.unknown",
    ]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_is_said_of_the_whole_file_is_read_back_in_both_languages(lang):
    found = findings.table_finding("file.sheet_missing", lang, file="a.xlsx", sheet="Data", sheets="Isi, Lain")
    (cause,) = summarise(found.to_dicts())
    assert cause.sentence_en == "File a.xlsx has no sheet Data; it has Isi, Lain."
    assert cause.sentence_id == "Lembar Data tidak ada dalam berkas a.xlsx; yang ada: Isi, Lain."
    assert (cause.count, cause.example_rows) == (0, ())


def test_words_that_are_no_longer_the_catalogues_are_shown_as_they_were_stored():
    old = findings.table_finding("file.empty", "id", file="a.xlsx").with_columns(message=pl.lit("Kalimat lama."))
    (cause,) = summarise(old)
    assert cause.sentence_id == cause.sentence_en == "Kalimat lama."


def test_every_message_gives_its_blanks_back():
    for name, rule in findings.rules().items():
        blanks = {blank: f"<{blank}>" for blank in findings.blanks_of(name)}
        for lang in ("id", "en"):
            found = blanks_in(rule, findings.message(name, lang, **blanks))
            assert found is not None and found.items() <= blanks.items(), name


def test_nothing_found_has_no_cause():
    assert summarise(findings.empty()) == []
    assert summarise([]) == []
