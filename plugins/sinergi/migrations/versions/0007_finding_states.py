"""Findings that close: which row one is about, whatever its number, and what became of it in the deliveries after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0008"
branch_labels = None
depends_on = None

# Derived from the ledger alone, so that a rerun can never leave it behind. A chain is what replaces one another:
# deliveries of one scope, with the workbooks that correct them. Only what was let in can close a finding.
STATES = """
create view ops.finding_states as
with recursive rooted (delivery_id, chain) as (
    select delivery_id, coalesce(scope, 'delivery ' || delivery_id) from ops.deliveries where corrects is null
    union all
    select later.delivery_id, rooted.chain
    from ops.deliveries as later join rooted on later.corrects = rooted.delivery_id
),
let_in as (
    select
        delivery_id, chain, finished_at,
        row_number() over chain_order as step,
        coalesce(lead(delivery_id) over chain_order, superseded_by) as next_id
    from ops.deliveries join rooted using (delivery_id)
    where status in ('accepted', 'accepted_with_findings', 'superseded')
    window chain_order as (partition by chain order by finished_at, delivery_id)
),
steps as (
    select * from let_in
    union all
    select
        held.delivery_id, 'held ' || held.delivery_id, held.finished_at, 1,
        (
            select after.delivery_id from let_in as after
            where after.chain = rooted.chain and after.finished_at > held.finished_at order by after.step limit 1
        )
    from ops.deliveries as held join rooted using (delivery_id)
    where held.status = 'held'
),
sightings as (
    select
        finding_id, delivery_id, chain, step, next_id, finished_at, rule, coalesce(column_name, '') as place, row_key,
        row_number() over (
            partition by delivery_id, rule, column_name, row_key order by row_number, finding_id
        ) as occurrence
    from (
        select
            finding_id, delivery_id, rule, column_name, row_number,
            coalesce(row_key, 'row ' || row_number, '') as row_key
        from ops.findings
    ) as found
    join steps using (delivery_id)
),
episodes as (
    select
        *,
        count(*) filter (where step_before is distinct from step - 1) over earlier as episode
    from (
        select
            *,
            lag(step) over (partition by chain, rule, place, row_key, occurrence order by step) as step_before
        from sightings
    ) as known
    window earlier as (partition by chain, rule, place, row_key, occurrence order by step)
),
dated as (
    select
        *,
        min(finished_at) over (partition by chain, rule, place, row_key, occurrence) as first_at,
        min(finished_at) over (partition by chain, rule, place, row_key, occurrence, episode) as episode_at
    from episodes
),
settled as (
    select
        dated.finding_id,
        dated.first_at as opened_at,
        case when dated.episode > 1 then dated.episode_at end as reopened_at,
        dated.next_id,
        again.finding_id is not null as is_carried
    from dated
    left join sightings as again
        on
            dated.next_id = again.delivery_id
            and (dated.rule, dated.place, dated.row_key, dated.occurrence)
            = (again.rule, again.place, again.row_key, again.occurrence)
)
select
    finding.finding_id,
    finding.delivery_id,
    finding.row_number,
    finding.column_name,
    finding.rule,
    finding.severity,
    finding.value,
    finding.message,
    case
        when delivery.status = 'rejected' then 'rejected'
        when settled.is_carried then 'carried'
        when settled.next_id is not null then 'closed'
        when settled.reopened_at is not null then 'reopened'
        else 'open'
    end as state,
    coalesce(settled.opened_at, delivery.received_at) as opened_at,
    settled.reopened_at,
    case
        when delivery.status = 'rejected' then delivery.finished_at
        when not settled.is_carried then closing.finished_at
    end as closed_at,
    case when not settled.is_carried then closing.delivery_id end as closed_by_delivery_id
from ops.findings as finding
join ops.deliveries as delivery using (delivery_id)
left join settled using (finding_id)
left join ops.deliveries as closing on settled.next_id = closing.delivery_id;
comment on view ops.finding_states is
'Every finding and what became of it: open, reopened, carried (the next delivery has it too), closed or rejected';
"""


def upgrade() -> None:
    op.add_column(
        "findings",
        sa.Column("row_key", sa.Text(), nullable=True, comment="Whom the row is about, hashed: its number may change"),
        schema="ops",
    )
    op.execute(STATES)
    op.create_table(
        "due_months",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False, comment="Last month of the period, such as 2024-03"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="Null where nothing was due, and something came"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column(
            "delivery_ids",
            sa.ARRAY(sa.BigInteger()),
            nullable=False,
            comment="The deliveries that stand for it; empty where none came",
        ),
        sa.PrimaryKeyConstraint("source_id", "month", name=op.f("pk_due_months")),
        schema="ops",
    )
