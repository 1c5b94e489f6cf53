from __future__ import annotations

import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest
from made_files import HEADERS, Spec, book, people

from sinergi.read import FileFault, Limits, read
from sinergi.read.guard import steady


def fault_of(path: Path, spec: Spec | None = None, **kwargs) -> FileFault:
    with pytest.raises(FileFault) as caught:
        read(path, spec or Spec(), **kwargs)
    return caught.value


@pytest.fixture
def good(tmp_path) -> Path:
    return book(tmp_path / "good.xlsx", [HEADERS, *people(200)])


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_empty_file(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"")
    assert fault_of(path, Spec(format=kind)).rule == "file.empty"


def test_zero_rows_under_a_header(tmp_path):
    assert fault_of(book(tmp_path / "a.xlsx", [["Judul"], HEADERS]), Spec(header_row=2)).rule == "file.no_rows"
    assert fault_of(book(tmp_path / "b.xlsx", [])).rule == "file.no_rows"
    path = tmp_path / "a.csv"
    path.write_text("No,NIK\n\n")
    assert fault_of(path, Spec(format="csv")).rule == "file.no_rows"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><body><table><tr><td>NIK</td></tr></table></body></html>", "html"),
        (b"NIK,Nama\n1,a\n", "text"),
        (b"%PDF-1.7\n%...", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
        (b"\0" * 4096, "zeros"),
        (b'<?xml version="1.0"?><Workbook/>', "xml"),
    ],
)
def test_not_a_workbook(tmp_path, content, kind):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    fault = fault_of(path)
    assert (fault.rule, fault.details["looks_like"]) == ("file.not_a_workbook", kind)


def test_zip_that_is_no_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("foto.txt", "x")
    assert fault_of(path).rule == "file.not_a_workbook"


def test_workbook_sent_as_csv(good):
    assert fault_of(good, Spec(format="csv")).details["seems"] == "xlsx"


def test_truncated_workbook(good):
    whole = good.read_bytes()
    for share in (0.05, 0.5, 0.9, 0.99):
        good.write_bytes(whole[: int(len(whole) * share)])
        assert fault_of(good).rule == "file.truncated", share


def test_damaged_in_the_middle(good):
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as file:
        info = file.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[at : at + 8] = b"\xff" * 8
    good.write_bytes(data)
    assert fault_of(good).rule == "file.truncated"


def test_password_protected_workbook(good, tmp_path):
    path = tmp_path / "locked.xlsx"
    with good.open("rb") as plain, path.open("wb") as locked:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("rahasia", locked)
    assert fault_of(path).rule == "file.encrypted"


def test_macro_workbook(good, tmp_path):
    path = tmp_path / "makro.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    assert fault_of(path).rule == "file.macro"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(
                name,
                old.read(name).replace(
                    b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"x.macroEnabled.main"
                ),
            )
    assert fault_of(path).rule == "file.macro"


def _bomb(good: Path, path: Path, megabytes: int, declared: int | None) -> Path:
    """A workbook whose sheet inflates to `megabytes`, and says that it inflates to `declared` bytes."""
    # Each fully flushed block stands for itself, so one megabyte of blanks is squeezed once and repeated.
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeeze.compress(b" " * (1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    raw = block * megabytes + squeeze.flush()
    name = b"xl/worksheets/sheet1.xml"
    size = declared if declared is not None else megabytes << 20
    out = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name.decode():
                new.writestr(each, old.read(each))
        new.writestr(name.decode(), b"")
    data = out.getvalue()
    local = data.index(b"PK\x03\x04", data.index(name) - 40)
    central = data.index(b"PK\x01\x02", data.rindex(name) - 60)
    end = data.rindex(b"PK\x05\x06")
    sizes = struct.pack("<III", 0, len(raw), size)
    header = (
        data[local : local + 8]
        + b"\x08\0"
        + data[local + 10 : local + 14]
        + sizes
        + data[local + 26 : local + 30]
        + name
    )
    entry = (
        data[central : central + 10] + b"\x08\0" + data[central + 12 : central + 16] + sizes + data[central + 28 : end]
    )
    start = local + len(header) + len(raw)
    directory = data[data.index(b"PK\x01\x02") : central]
    tail = bytearray(data[end:])
    tail[12:20] = struct.pack("<II", len(directory) + len(entry), start)
    path.write_bytes(data[:local] + header + raw + directory + entry + bytes(tail))
    return path


def _peak_megabytes(path: Path) -> tuple[str, float]:
    """Read in a process of its own, and say what it refused and what it took at most."""
    code = (
        "import sys, resource; from made_files import Spec; from sinergi.read import read, FileFault\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read(sys.argv[1], Spec()); rule = 'none'\n"
        "except FileFault as fault: rule = fault.rule\n"
        "print(rule, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    done = subprocess.run([sys.executable, "-c", code, path], env=env, check=True, capture_output=True, text=True)
    rule, megabytes = done.stdout.split()
    return rule, float(megabytes)


def test_workbook_that_unzips_to_gigabytes_is_refused_with_bounded_memory(good, tmp_path):
    honest = _bomb(good, tmp_path / "honest.xlsx", 3000, None)
    assert honest.stat().st_size < 5 << 20
    rule, megabytes = _peak_megabytes(honest)
    assert (rule, megabytes < 100) == ("file.too_large", True), megabytes


def test_workbook_that_lies_about_its_size_is_refused_with_bounded_memory(good, tmp_path):
    rule, megabytes = _peak_megabytes(_bomb(good, tmp_path / "liar.xlsx", 3000, 10_000))
    assert (rule, megabytes < 100) == ("file.too_large", True), megabytes


def test_full_sheet_of_1048576_rows(good, tmp_path):
    path = tmp_path / "full.xlsx"
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 1_048_577))
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    fault = fault_of(path)
    assert (fault.rule, fault.details["rows"]) == ("file.too_many_rows", 1_048_576)


def test_stray_cell_at_the_far_corner_costs_no_memory(tmp_path):
    def more(_, sheet):
        sheet.write(300_000, 16383, "x")

    path = book(tmp_path / "a.xlsx", [HEADERS, *people(3)], more)
    rule, megabytes = _peak_megabytes(path)
    assert (rule, megabytes < 100) == ("file.too_large", True), megabytes


@pytest.mark.parametrize("same_size", [True, False])
def test_file_that_changes_while_it_is_read(good, same_size):
    with pytest.raises(FileFault) as fault, steady(good, Limits()):
        data = bytearray(good.read_bytes())
        data[-1] ^= 1
        stat = good.stat()
        good.write_bytes(data if same_size else data + b"more")
        if same_size:
            os.utime(good, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fault.value.rule == "file.changed"


def test_fault_while_the_file_is_still_written_says_that_it_changed(good):
    with pytest.raises(FileFault) as fault, steady(good, Limits()):
        good.write_bytes(b"other")
        raise FileFault("file.truncated")
    assert fault.value.rule == "file.changed"


def test_too_large_file_is_refused_unread(good):
    assert fault_of(good, limits=Limits(max_file_bytes=100)).rule == "file.too_large"


def test_fault_crosses_processes():
    fault = pickle.loads(pickle.dumps(FileFault("file.sheet_missing", sheet="A", sheets="B, C")))
    assert (fault.rule, fault.details, str(fault)) == (
        "file.sheet_missing",
        {"sheet": "A", "sheets": "B, C"},
        "file.sheet_missing (sheet='A'; sheets='B, C')",
    )


def test_every_fault_has_words():
    import re

    from sinergi.findings import rules

    source = "".join(each.read_text() for each in Path(sys.modules["sinergi.read"].__file__).parent.glob("*.py"))
    raised = set(re.findall(r'FileFault\("([a-z_.]+)"', source)) | {"row.malformed", "row.extra_cells"}
    assert raised <= set(rules())


@pytest.mark.parametrize("seed", range(60))
def test_damaged_xml_is_read_or_refused_and_nothing_else(good, tmp_path, seed):
    import random

    chance = random.Random(seed)
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        hit = chance.choice([name for name in old.namelist() if name.startswith("xl/")])
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(chance.randint(1, 4) if name == hit else 0):
                at = chance.randrange(len(part))
                part[at : at + chance.randint(0, 20)] = chance.choice([b"<", b">", b'"', b"\xff", b"</c>", b""])
            new.writestr(name, bytes(part))
    try:
        assert read(path, Spec()).rows_read > 0
    except FileFault as fault:
        assert fault.rule.startswith("file.")
