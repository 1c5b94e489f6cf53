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
    findings.message
from findings
inner join deliveries on findings.delivery_id = deliveries.delivery_id
