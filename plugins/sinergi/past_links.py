"""Who was who at a moment: each publication keeps the links that it replaces, and nothing of those that stay.

Linking writes its crosswalk anew in every run. What people knew is what was published: `marts.xwalk_people` of the
build before. dbt's `stg_crosswalk` reads both where SINERGI_KNOWN_AT is set.
"""

from __future__ import annotations

from sqlalchemy import Engine, text

BEFORE, TABLE = "marts.xwalk_people", "history.crosswalk"
REPLACED = """
insert into history.crosswalk (
    source_id, delivery_id, row_number, person_id, family_id, method, probability, until_build
)
select was.source_id, was.delivery_id, was.row_number, was.person_id, was.family_id, was.method, was.probability, :build
from marts.xwalk_people as was
left join marts_{colour}.xwalk_people as now on was.delivery_id = now.delivery_id and was.row_number = now.row_number
where now.delivery_id is null or (was.person_id, was.family_id) is distinct from (now.person_id, now.family_id)
"""
MEMORY = "set local work_mem = '128MB'"  # a city's links are hashed in memory, where two sorts of them went to disk


def keep(engine: Engine, build_id: int, colour: str) -> int:
    """Keep the links that a build is about to replace and return how many.

    Done before the views are locked, since it reads every link; until the build counts as published nobody reads it,
    and doing it again changes nothing.

    Args:
        engine: The warehouse, with the build before still published.
        build_id: The build in ops.runs.
        colour: Its schemas, `blue` or `green`.
    """
    with engine.begin() as connection:
        both = "select to_regclass(:before) is not null and to_regclass(:after) is not null"
        after = f"marts_{colour}.xwalk_people"
        if not connection.execute(text(both), {"before": BEFORE, "after": after}).scalar():
            return 0  # the first publication, or a build of a few models
        connection.execute(text(f"delete from {TABLE} where until_build = :build"), {"build": build_id})
        connection.execute(text(MEMORY))
        return connection.execute(text(REPLACED.format(colour=colour)), {"build": build_id}).rowcount
