select
    date_trunc('month', delivered_on)::date as month,
    opd_id,
    program_id,
    status,
    is_help,
    count(*)::integer as times_helped,
    sum(amount_idr)::numeric(16, 2) as amount_idr
from {{ ref('fct_interventions') }}
group by 1, 2, 3, 4, 5
