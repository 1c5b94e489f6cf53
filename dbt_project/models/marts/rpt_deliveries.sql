with deliveries as (

    select * from {{ ref('stg_deliveries') }}

),

findings as (

    select
        delivery_id,
        count(*) filter (where severity = 'critical') as critical_findings,
        count(*) filter (where severity = 'warning') as warnings
    from {{ ref('stg_findings') }}
    group by delivery_id

)

select
    deliveries.delivery_id,
    deliveries.source_id,
    deliveries.sender_id,
    deliveries.file_name,
    deliveries.received_at,
    deliveries.period,
    deliveries.partition,
    deliveries.status,
    deliveries.rows_read,
    deliveries.rows_accepted,
    deliveries.rows_quarantined,
    deliveries.rows_ignored,
    deliveries.contract_version,
    deliveries.rule,
    deliveries.reason,
    coalesce(findings.critical_findings, 0)::integer as critical_findings,
    coalesce(findings.warnings, 0)::integer as warnings
from deliveries
left join findings on deliveries.delivery_id = findings.delivery_id
