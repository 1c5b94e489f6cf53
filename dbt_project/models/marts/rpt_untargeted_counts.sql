select
    opd_id,
    program_id,
    reason,
    count(*)::integer as recipients,
    sum(times_helped)::integer as times_helped,
    sum(amount_idr)::numeric(16, 2) as amount_idr
from {{ ref('rpt_untargeted_recipients') }}
group by opd_id, program_id, reason
