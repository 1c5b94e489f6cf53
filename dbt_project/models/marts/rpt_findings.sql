with findings as (

    select * from {{ ref('stg_findings') }}

),

deliveries as (

    select * from {{ ref('stg_deliveries') }}

)

select
    findings.finding_id,
    findings.delivery_id,
    deliveries.source_id,
    deliveries.sender_id,
    deliveries.file_name,
    deliveries.period,
    deliveries.status as delivery_status,
    findings.row_number,
    findings.column_name,
    findings.rule,
    findings.severity,
    findings.value,
    findings.message,
    findings.state,
    findings.opened_at,
    findings.reopened_at,
    findings.closed_at,
    findings.closed_by_delivery_id,
    case
        when findings.state = 'closed'
            then
                round(
                    extract(epoch from findings.closed_at - coalesce(findings.reopened_at, findings.opened_at)) / 86400,
                    2
                )
    end::numeric(10, 2) as days_to_fix
from findings
inner join deliveries on findings.delivery_id = deliveries.delivery_id
