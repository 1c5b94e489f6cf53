select
    finding_id,
    delivery_id,
    row_number,
    column_name,
    rule,
    severity,
    value,
    message,
    state,
    opened_at,
    reopened_at,
    closed_at,
    closed_by_delivery_id
from {{ source('ops', 'finding_states') }}
