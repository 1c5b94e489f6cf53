"""Who was who: the links that a publication replaced, so that what was known then includes whom it was known of."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = """
create schema if not exists history;
create table history.crosswalk (
    source_id text not null,
    delivery_id bigint not null,
    row_number integer not null,
    person_id uuid,
    family_id uuid,
    method text,
    probability double precision,
    until_build bigint not null,
    primary key (delivery_id, row_number, until_build)
);
comment on table history.crosswalk is 'The link that a record had until a build was published, see sinergi.past_links';
comment on column history.crosswalk.until_build is 'Build in ops.runs that was the first to show it otherwise'
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table history.crosswalk")
