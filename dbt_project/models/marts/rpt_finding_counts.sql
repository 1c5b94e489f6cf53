select
    source_id,
    sender_id,
    {{ period_start('period') }} as period_on,
    delivery_status,
    column_name,
    rule,
    severity,
    count(*)::integer as findings
from {{ ref('rpt_findings') }}
group by 1, 2, 3, 4, 5, 6, 7
