-- A list of one kelurahan is a count of its people: a short one keeps its length to itself.
{% set columns = [
    'delivery_id', 'source_id', 'sender_id', 'file_name', 'received_at', 'period', 'partition', 'status',
    'rows_ignored', 'contract_version', 'rule', 'reason', 'critical_findings', 'warnings'
] %}
{% set deliveries %}
(
    select
        *,
        partition is not null as is_list,
        case when partition is not null then rows_accepted end as people
    from {{ ref('rpt_deliveries') }}
) as deliveries
{% endset %}
select
    delivery_id,
    source_id,
    sender_id,
    file_name,
    received_at,
    period,
    partition,
    status,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_ignored,
    contract_version,
    rule,
    reason,
    critical_findings,
    warnings
from (
    {{ suppressed(
        deliveries,
        keys=columns,
        within=['source_id', 'is_list'],
        measures=['people'],
        along={'rows_read': 'people', 'rows_accepted': 'people', 'rows_quarantined': 'people'}
    ) | indent(4) }}
) as shown
