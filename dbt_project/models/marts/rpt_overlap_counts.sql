select
    date_trunc('month', later_delivered_on)::date as month,
    kind,
    opd_id_a,
    opd_id_b,
    count(*)::integer as pairs,
    (count(*) filter (where is_overlap))::integer as doubled,
    (sum(later_amount_idr) filter (where is_overlap))::numeric(16, 2) as amount_idr
from {{ ref('rpt_overlaps') }}
group by 1, 2, 3, 4
