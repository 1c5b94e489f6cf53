-- Each month of a sender: what was due and came, how many rows were right, what was corrected and what came again.
with due as (

    select * from {{ ref('stg_due_months') }}

),

punctual as (

    select
        sender_id,
        month,
        count(due_on) as files_due,
        count(due_on) filter (where state <> 'missing' and not is_late) as files_on_time,
        count(due_on) filter (where is_late) as files_late,
        count(due_on) filter (where state = 'missing') as files_missing,
        count(*) filter (where state = 'held') as files_held
    from due
    where state <> 'waiting'
    group by sender_id, month

),

counted as (

    select
        due.sender_id,
        due.month,
        sum(deliveries.rows_read) as rows_read,
        sum(deliveries.rows_accepted) as rows_accepted
    from due
    inner join {{ ref('stg_deliveries') }} as deliveries on deliveries.delivery_id = any(due.delivery_ids)
    group by due.sender_id, due.month

),

found as (

    select
        sender_id,
        month,
        count(*) filter (where state <> 'carried') as findings,
        count(*) filter (where state in ('open', 'reopened')) as findings_open,
        count(*) filter (where state = 'closed') as findings_closed,
        count(*) filter (where state = 'reopened') as findings_reopened,
        percentile_cont(0.5) within group (order by days_to_fix) as median_days_to_fix,
        count(distinct concat_ws('|', source_id, rule, column_name)) filter (where is_repeated) as repeated_causes
    from {{ ref('int_monthly_findings') }}
    group by sender_id, month

)

select
    punctual.sender_id,
    punctual.month,
    punctual.files_due::integer as files_due,
    punctual.files_on_time::integer as files_on_time,
    punctual.files_late::integer as files_late,
    punctual.files_missing::integer as files_missing,
    punctual.files_held::integer as files_held,
    coalesce(counted.rows_read, 0)::integer as rows_read,
    coalesce(counted.rows_accepted, 0)::integer as rows_accepted,
    coalesce(found.findings, 0)::integer as findings,
    round(1000.0 * coalesce(found.findings, 0) / nullif(counted.rows_read, 0), 1)::numeric(10, 1)
        as findings_per_thousand,
    coalesce(found.findings_open, 0)::integer as findings_open,
    coalesce(found.findings_closed, 0)::integer as findings_closed,
    coalesce(found.findings_reopened, 0)::integer as findings_reopened,
    round(found.median_days_to_fix::numeric, 2)::numeric(10, 2) as median_days_to_fix,
    coalesce(found.repeated_causes, 0)::integer as repeated_causes
from punctual
left join counted on punctual.sender_id = counted.sender_id and punctual.month = counted.month
left join found on punctual.sender_id = found.sender_id and punctual.month = found.month
