-- What stands in the cell is for the sender's own workbook; which row, column and rule is for everyone.
select
    finding_id,
    delivery_id,
    source_id,
    sender_id,
    period,
    delivery_status,
    row_number,
    column_name,
    rule,
    severity,
    state,
    opened_at,
    reopened_at,
    closed_at,
    closed_by_delivery_id,
    days_to_fix
from {{ ref('rpt_findings') }}
