"""The inbox: one folder a source, equal bytes by seed, copies and dates."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sinergi.sample import build_world
from sinergi.sample.exports import exports
from sinergi.sample.files import write_export

PEOPLE = 1500
WANTED = ("dinsos/sembako", "setda/sk_walikota", "dinkes/pbi_jkn")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, object, object]]:
    folder = tmp_path_factory.mktemp("inbox")
    return _write(folder, seed=3)


def _write(folder: Path, seed: int) -> dict[str, tuple[Path, object, object]]:
    found = {}
    for export in exports(build_world("palangkaraya", 3, PEOPLE)):
        if export.source_id in WANTED and export.file_name[:7] < "2024-05":
            place = folder / export.source_id
            place.mkdir(parents=True, exist_ok=True)
            _, delivery = write_export(export, place, seed)
            found[export.file_name] = (place / export.file_name, export, delivery)
    return found


def _digests(made: dict[str, tuple[Path, object, object]]) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, (path, _, _) in made.items()}


def test_the_same_seed_gives_the_same_bytes(made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    again, other = _digests(_write(tmp_path / "a", 3)), _digests(_write(tmp_path / "b", 4))
    assert _digests(made) == again
    assert again != other


def test_a_redelivery_is_the_same_file_under_another_name(made) -> None:  # type: ignore[no-untyped-def]
    copies = [(path, export, delivery) for path, export, delivery in made.values() if export.meta.get("copy_of")]
    assert copies
    for path, export, delivery in copies:
        assert path.read_bytes() == (path.parent / export.meta["copy_of"]).read_bytes()
        assert delivery.status == "duplicate"


def test_files_are_dated_the_day_they_came(made) -> None:  # type: ignore[no-untyped-def]
    for path, export, _ in made.values():
        assert datetime.fromtimestamp(path.stat().st_mtime, UTC).date() == export.received_on


def test_decrees_lose_no_row(made) -> None:  # type: ignore[no-untyped-def]
    decrees = [delivery for path, _, delivery in made.values() if path.parent.name == "sk_walikota"]
    assert decrees
    assert all(delivery.rows_quarantined == 0 for delivery in decrees)
