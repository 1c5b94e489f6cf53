"""The card of a person or a pair: what speaks for and against one person, in words and as a waterfall.

No value of a row is on it: an id, a source, a row number and what each comparison found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from sinergi.linkage import model as models
from sinergi.linkage.decisions import DecisionFault, keys_of
from sinergi.linkage.joins import decided, joins, walls
from sinergi.linkage.words import (
    FREQUENT,
    JOINS,
    KINDS,
    LABELS,
    LEVELS,
    METHODS,
    RARE,
    REASONS,
    chance,
    percent,
    signed,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

UNDO = "sinergi link undo DECISION --who NAME --why REASON"
FAR_FROM_USUAL = (
    1.5  # bits between the weight of this name and that of any: then it is told that it is frequent or rare
)
# What a decision binds: rows where they stand now, and what they said when it was taken.
DECISIONS = """
    with bound as (
        select rows.decision_id, rows.side, array_agg(distinct links.profile_key) as keys
        from linkage.decision_rows as rows
        inner join linkage.crosswalk as links using (delivery_id, row_number)
        where links.profile_key is not null
        group by rows.decision_id, rows.side
    ),
    sides as (
        select decisions.*,
            decisions.left_keys || coalesce(lefts.keys, '{}') as all_left,
            decisions.right_keys || coalesce(rights.keys, '{}') as all_right
        from linkage.decisions
        left join bound as lefts on lefts.decision_id = decisions.decision_id and lefts.side = 'left'
        left join bound as rights on rights.decision_id = decisions.decision_id and rights.side = 'right'
    )
    select decision_id, kind, all_left as left_keys, all_right as right_keys, why, proposed_by, approved_by,
        approved_at, undone_by, undone_at, undone_why, undo_approved_by, undo_approved_at
    from sides where all_left && :keys or all_right && :keys order by decision_id
"""


class Step(NamedTuple):
    """One comparison of a pair: its label, what it found in words, and what that adds, in bits."""

    label: str
    found: str
    bits: float


def explain(engine: Engine, person: str, other: str | None = None) -> dict[str, Any]:
    """Return the card of a person, or of a pair: records, links, joins, walls, doubts, decisions, and how to undo.

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
            "select left_key, right_key, weight, bits, levels, outcome, reason from linkage.pairs "
            "where (left_key = any(:own) and right_key = any(:far)) "
            "or (left_key = any(:far) and right_key = any(:own)) "
            "or (:single and (left_key = any(:own) or right_key = any(:own))) "
            "order by outcome, weight desc, left_key, right_key",
            own=own,
            far=far,
            single=other is None,
        )
        compared = sorted({pair[side] for pair in pairs for side in ("left_key", "right_key")})
        records = _rows(
            connection,
            "select person_id::text, source_id, delivery_id, row_number, method, probability, profile_key "
            "from linkage.crosswalk where person_id::text = any(:people) or profile_key = any(:compared) "
            "order by person_id::text, delivery_id, row_number",
            people=people,
            compared=compared,
        )
        said = _rows(
            connection,
            "select profile_key, joined_key, wall_key, snapshots from linkage.profiles where profile_key = any(:keys) "
            "order by profile_key",
            keys=sorted({*own, *far}),
        )
        decisions = _rows(connection, DECISIONS, keys=sorted({*own, *far}))
        links = [pair for pair in pairs if pair["outcome"] == "linked"]
        return {
            "people": people,
            "records": [row for row in records if row["person_id"] in people],
            "places": _places(records),
            "links": links,
            "joins": joins(own, links, said, decisions) if other is None else [],
            "walls": walls(own, far, said, decisions) if other else [],
            "doubts": [pair for pair in pairs if pair["outcome"] == "review"],
            "decisions": [_plain(row) for row in decisions],
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


def title(pair: dict[str, Any]) -> str:
    """Return the heading of a pair: what is asked, and how probable the weights make it."""
    asked = "Diragukan" if pair["outcome"] == "review" else "Terkait"
    return f"{asked}: peluang satu orang {percent(chance(pair['weight']))} menurut perbandingan"


def between(card: dict[str, Any], pair: dict[str, Any]) -> str:
    """Return which rows a pair compares."""
    return " dengan ".join(card["places"].get(pair[side], "isi lama") for side in ("left_key", "right_key"))


def steps(pair: dict[str, Any]) -> list[Step]:
    """Return what each comparison found that knew something, from the prior on; the bits add up to the weight."""
    bits = pair["bits"]
    found = [
        Step(label, words, float(bits.get(name) or 0))
        for name, label in LABELS.items()
        if (words := level_told(pair, name)) is not None
    ]
    prior = float(pair["weight"]) - sum(step.bits for step in found)
    return [Step("Sebelum dibandingkan", "dua orang mana pun", prior), *found]


def level_told(pair: dict[str, Any], name: str) -> str | None:
    """Return what a comparison found, in words; None where nothing is known of one of the two.

    Pairs of runs before levels were kept have their weights alone: they tell that it speaks for or against.
    """
    bits = float(pair["bits"].get(name) or 0)
    if name == "household":
        return LEVELS[name]["met" if bits > 0 else "none met"] if bits else None
    if pair.get("levels") is None:
        return ("mendukung" if bits > 0 else "menyangkal") if bits else None
    level = pair["levels"].get(name)
    if level is None:
        return None
    words = LEVELS[name].get(level, level)
    if (name, level) in models.FREQUENT:
        unusual = bits - models.bits(models.load(), name, level)
        if abs(unusual) >= FAR_FROM_USUAL:
            words += f" ({RARE if unusual > 0 else FREQUENT})"
    return words


def silent(pair: dict[str, Any]) -> str:
    """Return a sentence of what speaks neither for nor against, because it is not known of both."""
    names = [label for name, label in LABELS.items() if level_told(pair, name) is None]
    return f"Tanpa keterangan: {', '.join(names)}." if names else "Semua isian dibandingkan."


def joined(card: dict[str, Any]) -> list[str]:
    """Return a sentence for each way in which records became one person without a comparison."""
    told = []
    for join in card["joins"]:
        which = f" No. {join['decision_id']}" if join["decision_id"] else ""
        places = "; ".join(card["places"].get(key, "isi lama") for key in join["keys"])
        told.append(f"Digabung tanpa perbandingan: {JOINS[join['how']]}{which} ({places}).")
    return told


def walled(card: dict[str, Any]) -> list[str]:
    """Return a sentence for each wall between the two people of a card."""
    told = []
    for wall in card["walls"]:
        which = f" Keputusan No. {wall['decision_id']}." if wall["decision_id"] else ""
        sources = sorted({name.split("#")[0] for name in wall["lists"]})
        where = f" Daftar: {', '.join(sources)}." if sources else ""
        told.append(f"{REASONS[wall['wall']]}{where}{which}")
    return told


def standing(row: dict[str, Any]) -> str:
    """Return how a record came to its person; only a comparison has a probability, the rest are rules."""
    method = METHODS[row["method"]]
    return f"{method} ({percent(row['probability'])})" if row["method"] == "model" else method


def said(row: dict[str, Any]) -> str:
    """Return one decision as a sentence."""
    state = f"disetujui {row['approved_by']}" if row["approved_by"] else "menunggu orang kedua"
    if row["undone_by"]:
        verb = "dibatalkan" if not row["approved_by"] or not decided(row) else "diusulkan batal oleh"
        state = f"{verb} {row['undone_by']}: {row['undone_why']}"
    return f"No. {row['decision_id']}: {KINDS[row['kind']]}, usul {row['proposed_by']} ({row['why']}), {state}"


def reason_of(pair: dict[str, Any]) -> str:
    """Return why a pair is in doubt; empty for a link."""
    return REASONS.get(pair["reason"], pair["reason"]) if pair["reason"] else ""


def words(card: dict[str, Any]) -> str:
    """Return the card as text for a terminal."""
    lines = [f"Orang: {' dan '.join(card['people'])}", "", "Catatan:"]
    lines += [f"  {row['person_id'][:8]} {_place(row)}: {standing(row)}" for row in card["records"]]
    lines += [f"  {sentence}" for sentence in joined(card)]
    if card["walls"]:
        lines += ["", "Yang memisahkan:", *(f"  {sentence}" for sentence in walled(card))]
    for heading, pairs in (("Kaitan:", card["links"]), ("Diragukan:", card["doubts"])):
        if pairs:
            lines += ["", heading]
        for pair in pairs:
            lines.append(f"  {between(card, pair)}")
            lines.append(
                f"  {percent(chance(pair['weight']))} ({signed(pair['weight'])} bit) {reason_of(pair)}".rstrip()
            )
            lines += [
                f"    {f'{label}: {found}':<62}{signed(bits):>6} {_bar(bits)}" for label, found, bits in steps(pair)
            ]
            lines.append(f"    {silent(pair)}")
    if card["decisions"]:
        lines += ["", "Keputusan:", *(f"  {said(row)}" for row in card["decisions"])]
    return "\n".join([*lines, "", f"Membatalkan keputusan: {card['undo']}"])


def _place(row: dict[str, Any]) -> str:
    return f"{row['source_id']} {row['delivery_id']}:{row['row_number']}"


def _places(records: list[dict[str, Any]]) -> dict[str, str]:
    """Return where each profile stands: its first row, and how many more say the same."""
    rows: dict[str, list[str]] = {}
    for row in records:
        rows.setdefault(row["profile_key"], []).append(_place(row))
    return {key: first + (f" dan {len(more)} baris lain" if more else "") for key, (first, *more) in rows.items()}


def _plain(decision: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if not name.endswith("_keys")}


def _bar(bits: float) -> str:
    return ("+" if bits > 0 else "-") * min(round(abs(bits)), 30)


def _rows(connection: Connection, query: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]
