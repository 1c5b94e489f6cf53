"""The card of a person or a pair: what speaks for and against one person, in words and as a waterfall.

No value of a row is on it: an id, a source, a row number and what each comparison found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from sinergi.linkage.decisions import DecisionFault, keys_of
from sinergi.linkage.waterfall import LABELS, chance

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

REASONS = {
    "probable": "Mungkin satu orang, belum cukup yakin.",
    "fits_two_people": "Cocok dengan dua orang yang berbeda.",
    "two_confirmed_niks": "Masing-masing punya NIK yang sudah terkonfirmasi dan berbeda.",
    "two_parents": "Nama orang tuanya berbeda, tanpa NIK atau KK yang sama.",
    "disputed_number": "Satu NIK dengan dua nama, tanpa keterangan lain yang sama.",
    "other_name": "Namanya berbeda walau selebihnya sama, seperti pada anak kembar.",
    "same_snapshot": "Keduanya tercatat sebagai orang yang berbeda dalam satu daftar.",
}
METHODS = {
    "nik": "NIK sama",
    "nik_conflict": "NIK sama, nama berbeda",
    "model": "Perbandingan",
    "decision": "Keputusan petugas",
    "record": "Berdiri sendiri",
}
KINDS = {"merge": "disatukan", "split": "dipisahkan"}
UNDO = "sinergi link undo DECISION --who NAME --why REASON"


def explain(engine: Engine, person: str, other: str | None = None) -> dict[str, Any]:
    """Return the card of a person, or of a pair: records, links, doubts, decisions, and how to undo.

    Args:
        engine: Database.
        person: Id of a person.
        other: Id of a second person; the card then shows what stands between the two.

    Raises:
        DecisionFault: an id is unknown; says what it has become where that is known.
    """
    with engine.connect() as connection:
        own = keys_of(connection, person)
        far = keys_of(connection, other) if other else own
        if other == person:
            raise DecisionFault(f"{person} is one person already.")
        people = [person] if other is None else [person, other]
        pairs = _rows(
            connection,
            "select left_key, right_key, weight, bits, outcome, reason from linkage.pairs "
            "where (left_key = any(:own) and right_key = any(:far)) "
            "or (left_key = any(:far) and right_key = any(:own)) "
            "or (:single and (left_key = any(:own) or right_key = any(:own))) "
            "order by outcome, weight desc, left_key, right_key",
            own=own,
            far=far,
            single=other is None,
        )
        return {
            "people": people,
            "records": _rows(
                connection,
                "select person_id::text, source_id, delivery_id, row_number, method, probability, profile_key "
                "from linkage.crosswalk where person_id::text = any(:people) order by 1, delivery_id, row_number",
                people=people,
            ),
            "links": [pair for pair in pairs if pair["outcome"] == "linked"],
            "doubts": [pair for pair in pairs if pair["outcome"] == "review"],
            "decisions": _rows(
                connection,
                "select decision_id, kind, why, proposed_by, approved_by, undone_by, undone_why from linkage.decisions "
                "where left_keys && :keys or right_keys && :keys order by decision_id",
                keys=sorted({*own, *far}),
            ),
            "history": _rows(
                connection,
                "select old_id::text, new_id::text, change, changed_at from linkage.id_history "
                "where kind = 'person' and (old_id::text = any(:people) or new_id::text = any(:people)) "
                "order by 4, 1, 2",
                people=people,
            ),
            "undo": UNDO,
        }


def shown(card: dict[str, Any]) -> dict[str, Any] | None:
    """Return the pair that a picture shows: the strongest doubt, else the weakest link; None for a lone record."""
    if card["doubts"]:
        return dict(card["doubts"][0])
    return dict(card["links"][-1]) if card["links"] else None


def words(card: dict[str, Any]) -> str:
    """Return the card as text for a terminal."""
    lines = [f"Orang: {' dan '.join(card['people'])}", "", "Catatan:"]
    lines += [
        f"  {row['source_id']}, penerimaan {row['delivery_id']} baris {row['row_number']}: {METHODS[row['method']]}"
        f" ({row['probability']:.2%})"
        for row in card["records"]
    ]
    for title, pairs in (("Kaitan:", card["links"]), ("Diragukan:", card["doubts"])):
        if pairs:
            lines += ["", title]
        for pair in pairs:
            lines.append(f"  {chance(pair['weight']):.2%} ({pair['weight']:+.1f} bit) {reason_of(pair)}".rstrip())
            lines += [f"    {label:<26}{value:+6.1f} {_bar(value)}" for label, value in steps(pair)]
            lines.append(f"    {silent(pair)}")
    if card["decisions"]:
        lines += ["", "Keputusan:", *(f"  {said(row)}" for row in card["decisions"])]
    return "\n".join([*lines, "", f"Membatalkan keputusan: {card['undo']}"])


def steps(pair: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the label and the bits of each comparison that found something, from the prior on."""
    bits = pair["bits"]
    found = [(label, float(bits[name])) for name, label in LABELS.items() if bits.get(name)]
    prior = float(pair["weight"]) - sum(value for _, value in found)
    return [("Sebelum dibandingkan", prior), *found]


def silent(pair: dict[str, Any]) -> str:
    """Return a sentence of what speaks neither for nor against: not known of both, or without weight."""
    names = [label for name, label in LABELS.items() if not pair["bits"].get(name)]
    return f"Tanpa keterangan: {', '.join(names)}." if names else "Semua isian dibandingkan."


def said(row: dict[str, Any]) -> str:
    """Return one decision as a sentence."""
    state = f"disetujui {row['approved_by']}" if row["approved_by"] else "menunggu orang kedua"
    if row["undone_by"]:
        state = f"dibatalkan {row['undone_by']}: {row['undone_why']}"
    return f"No. {row['decision_id']}: {KINDS[row['kind']]}, usul {row['proposed_by']} ({row['why']}), {state}"


def reason_of(pair: dict[str, Any]) -> str:
    """Return why a pair is in doubt; empty for a link."""
    return REASONS.get(pair["reason"] or "", "")


def _bar(bits: float) -> str:
    return ("+" if bits > 0 else "-") * min(round(abs(bits)), 30)


def _rows(connection: Connection, query: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]
