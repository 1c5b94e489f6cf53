"""The truth of a written sample: who every record is, what becomes of every row, and the figures that follow."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

import polars as pl

from sinergi import reference
from sinergi.contracts import load_contracts
from sinergi.sample import FATE_COLUMNS, Delivery, Export, reports
from sinergi.sample.story import MONTHS, month_end

if TYPE_CHECKING:
    from sinergi.sample.world import World

RECORDS = ("source_id", "file_name", "sheet", "row_number", "record_id", "person_id", "family_id")
GIVEN = ("granted", "delivered", "completed")  # help that reached somebody, or is on its way
ROWS = ("source_id", "file_name", *FATE_COLUMNS)


class Writer:
    """Writes `truth/` while the files are written, one file at a time: memory does not grow with the rows.

    people.csv, families.csv: the world. records.csv: each record's person and family. rows.csv: each row's fate.
    deliveries.csv: each file's status and counts. figures.json: what reports must show. known/*.parquet: per entity,
    the rows that reports are made of (`reports.keep`), so that whoever says whose they are can work the reports out.
    """

    def __init__(self, world: World, out: Path):
        self.world = world
        self.folder = Path(out) / "truth"
        self.tally = Tally(world)
        self._files: dict[str, IO[bytes]] = {}

    def __enter__(self) -> Self:
        """Open the folder and write what is known before any file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.world.people.write_csv(self.folder / "people.csv")
        self.world.families.write_csv(self.folder / "families.csv")
        for name, columns in (("records", RECORDS), ("rows", ROWS)):
            self._files[name] = (self.folder / f"{name}.csv").open("wb")
            self._files[name].write((",".join(columns) + "\n").encode())
        return self

    def add(self, export: Export, rows: pl.DataFrame, delivery: Delivery) -> None:
        """Record one written file.

        Args:
            export: What was asked to be written.
            rows: `FATE_COLUMNS` and what can be known, one row for each row of the file that is data or ignored.
            delivery: What should become of the file.

        Raises:
            ValueError: a row of a protected file is not accepted; the headline would be wrong.
        """
        place = {"source_id": pl.lit(export.source_id), "file_name": pl.lit(export.file_name)}
        rows = rows.with_columns(pl.col(name).cast(dtype) for name, dtype in FATE_COLUMNS.items())
        if export.meta.get("protect") and (lost := set(rows["fate"].unique()) - {"accepted", "ignored"}):
            raise ValueError(f"{export.file_name}: rows of a decree became {', '.join(sorted(lost))}")
        rows.select(**place, **{name: pl.col(name) for name in FATE_COLUMNS}).write_csv(
            self._files["rows"], include_header=False
        )
        who = export.frame.select("record_id", "person_id", "family_id")
        records = (
            rows.drop_nulls("record_id")
            .select("sheet", "row_number", "record_id")
            .join(who, on="record_id", maintain_order="left")
        )
        records.with_columns(**place).select(RECORDS).write_csv(self._files["records"], include_header=False)
        self.tally.add(export, rows, delivery)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files and write what follows from all of them."""
        for file in self._files.values():
            file.close()
        if kind is None:
            (self.folder / "known").mkdir(exist_ok=True)
            for entity, rows in self.tally.known().items():
                rows.write_parquet(self.folder / "known" / f"{entity}.parquet")
            self.tally.deliveries().write_csv(self.folder / "deliveries.csv")
            (self.folder / "figures.json").write_text(json.dumps(self.tally.figures(), indent=1, sort_keys=True) + "\n")


class Tally:
    """Counts what reports must show: only rows that are accepted, of files that are not replaced since."""

    def __init__(self, world: World):
        self.world = world
        self._deliveries: list[dict[str, Any]] = []
        self._live: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, export: Export, rows: pl.DataFrame, delivery: Delivery) -> None:
        """Count one file; see `Writer.add`."""
        line: dict[str, Any] = {"source_id": export.source_id, "file_name": export.file_name, "variant": export.variant}
        line |= {"period": export.period, "received_on": export.received_on, **vars(delivery)}
        self._deliveries.append(line)
        if delivery.status != "accepted":
            return
        scope = (export.source_id, _scope(export))
        if scope in self._live:
            self._live[scope]["line"]["status"] = "superseded"
        # From the rows' side: a record that stands in the file twice, written differently, is accepted twice.
        kept = rows.filter(pl.col("fate") == "accepted")
        accepted = kept.select("record_id").join(export.frame, on="record_id", maintain_order="left")
        who = export.frame.select("record_id", "person_id", "family_id")
        entity = load_contracts()[export.source_id].entity
        self._live[scope] = {"line": line, **_counts(entity, accepted)}
        if entity in reports.KEPT:
            known = kept.join(who, on="record_id", maintain_order="left").with_columns(
                source_id=pl.lit(export.source_id),
                file_name=pl.lit(export.file_name),
                delivery=pl.lit(len(self._deliveries)),
            )
            self._live[scope]["known"] = reports.keep(known)

    def deliveries(self) -> pl.DataFrame:
        """Return one row a file: what should become of it."""
        return pl.DataFrame(self._deliveries, infer_schema_length=None)

    def figures(self) -> dict[str, Any]:
        """Return the figures of reports; see `figures` of this module."""
        months: dict[str, Counter[str]] = defaultdict(Counter)
        seen: dict[str, set[str]] = defaultdict(set)
        outcomes: Counter[str] = Counter()
        rows: Counter[str] = Counter()
        for live in self._live.values():
            rows[live["entity"]] += live["rows"]
            outcomes.update(live["outcomes"])
            seen[live["entity"]] |= live["families"]
            for program, month, count in live["help"]:
                months[program][month] += count
        opd = reference.programs()
        by_opd: Counter[str] = Counter()
        for program, counts in months.items():
            by_opd[opd[program].opd_id] += counts.total()
        return figures(self.world) | {
            "rows": dict(rows),
            "deliveries": dict(Counter(line["status"] for line in self._deliveries)),
            "interventions": {program: dict(counts) for program, counts in months.items()},
            "interventions_by_opd": dict(by_opd),
            "enumerated_families": len(seen["enumerations"]),
            "deliberated_families": dict(outcomes),
            **self._served(seen["interventions"]),
            "reports": self._reports(),
        }

    def known(self) -> dict[str, pl.DataFrame]:
        """Return per entity the accepted rows of the files that stand, as `reports.keep` gives them."""
        known: dict[str, list[pl.DataFrame]] = defaultdict(list)
        for live in self._live.values():
            if "known" in live:
                known[live["entity"]].append(live["known"])
        return {entity: pl.concat(parts, how="diagonal_relaxed") for entity, parts in known.items()}

    def _reports(self) -> dict[str, dict[str, float]]:
        known = self.known()
        return reports.reports(known) if set(known) >= set(reports.KEPT) else {}

    def _served(self, helped: set[str]) -> dict[str, Any]:
        decreed = set(self.world.story.decrees.filter(pl.col("action") == "named")["family_id"])
        return {"assisted_families": sorted(decreed & helped), "unserved_families": sorted(decreed - helped)}


def _scope(export: Export) -> str:
    delivery = load_contracts()[export.source_id].delivery
    if delivery.mode == "append":
        return export.file_name
    return str(export.meta.get("area_code", "")) if delivery.mode == "snapshot" else str(export.period)


def _counts(entity: str, accepted: pl.DataFrame) -> dict[str, Any]:
    """Reduce a file's accepted rows to what the figures need. Help to a group is no help to its leader's family."""
    counts: dict[str, Any] = {"entity": entity, "rows": len(accepted), "help": [], "families": set(), "outcomes": {}}
    if entity == "interventions":
        months = accepted.group_by("program_id", month=pl.col("delivered_on").dt.strftime("%Y-%m")).len()
        counts["help"] = months.sort("program_id", "month").rows()
        given = pl.col("status").is_null() | pl.col("status").is_in(GIVEN)
        accepted = accepted.filter(pl.col("recipient_kind") != "group", given)
    if entity in ("interventions", "enumerations"):
        counts["families"] = set(accepted["family_id"].drop_nulls().unique())
    if entity == "deliberations":
        counts["outcomes"] = dict(accepted.group_by("outcome").len().iter_rows())
    return counts


def figures(world: World) -> dict[str, Any]:
    """Work out the figures that no mess can change: the headcount, and the families that decrees name and let go.

    Returns:
        `headcount`: month -> people, families, entered, left, and the same per area under `areas`;
        `decreed_families`, `graduated_families`, `removed_families`: how many different families.
    """
    story = world.story
    headcount: dict[str, Any] = {}
    before = story.in_force(month_end("2024-01")).clear()
    for month in MONTHS:
        now = story.in_force(month_end(month))
        areas = sorted(set(now["area_code"]) | set(before["area_code"]))
        headcount[month] = _month(now, before) | {
            "areas": {
                area: _month(now.filter(pl.col("area_code") == area), before.filter(pl.col("area_code") == area))
                for area in areas
            }
        }
        before = now
    whole = story.decrees.filter("is_whole_family")
    families = {
        f"{name}_families": whole.filter(pl.col("action") == action)["family_id"].n_unique()
        for name, action in (("decreed", "named"), ("graduated", "graduated"), ("removed", "removed"))
    }
    return {"headcount": headcount, **families}


def _month(now: pl.DataFrame, before: pl.DataFrame) -> dict[str, int]:
    return {
        "people": len(now),
        "families": now["family_id"].n_unique(),
        "entered": len(now.join(before, on="person_id", how="anti")),
        "left": len(before.join(now, on="person_id", how="anti")),
    }
