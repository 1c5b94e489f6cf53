-- A corrected list closes what was found in the lists before it: both belong to the month of the list that stands.
with months as (

    select
        source_id,
        sender_id,
        month,
        delivery_ids,
        row_number() over (partition by source_id order by month) as number
    from {{ ref('stg_due_months') }}
    where cardinality(delivery_ids) > 0

),

findings as (

    select
        months.source_id,
        months.sender_id,
        months.month,
        months.number,
        findings.finding_id,
        findings.rule,
        coalesce(findings.column_name, '') as column_name,
        findings.state,
        findings.days_to_fix
    from {{ ref('rpt_findings') }} as findings
    inner join {{ ref('stg_deliveries') }} as deliveries on findings.delivery_id = deliveries.delivery_id
    inner join months
        on
            deliveries.source_id = months.source_id
            and (
                deliveries.delivery_id = any(months.delivery_ids)
                or deliveries.superseded_by = any(months.delivery_ids)
                or findings.closed_by_delivery_id = any(months.delivery_ids)
            )
    where findings.severity <> 'info'

),

causes as (

    select distinct
        source_id,
        number,
        rule,
        column_name
    from findings

)

select
    findings.source_id,
    findings.sender_id,
    findings.month,
    findings.finding_id,
    findings.rule,
    findings.column_name,
    findings.state,
    findings.days_to_fix,
    before.number is not null as is_repeated
from findings
left join causes as before
    on
        findings.source_id = before.source_id
        and findings.number = before.number + 1
        and findings.rule = before.rule
        and findings.column_name = before.column_name
