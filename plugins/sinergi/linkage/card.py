"""The card of a person or a pair: all that was found for and against one person. `sentences` says it.

No value of a row is on it: an id, a source, a row number and what each comparison found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from sinergi.linkage.decisions import DecisionFault, keys_of
from sinergi.linkage.joins import joins, walls
from sinergi.linkage.sentences import place

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

UNDO = "sinergi link undo DECISION --who NAME --why REASON"
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


def _places(records: list[dict[str, Any]]) -> dict[str, str]:
    """Return where each profile stands: its first row, and how many more say the same."""
    rows: dict[str, list[str]] = {}
    for row in records:
        rows.setdefault(row["profile_key"], []).append(place(row))
    return {key: first + (f" dan {len(more)} baris lain" if more else "") for key, (first, *more) in rows.items()}


def _plain(decision: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if not name.endswith("_keys")}


def _rows(connection: Connection, query: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), values).mappings()]
