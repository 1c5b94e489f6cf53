-- The newest month of what is shown month by month, and nothing else.
select
    need_id,
    need_name,
    opd_id,
    is_in_force,
    needs,
    met,
    unmet,
    median_days_to_met,
    is_suppressed
from {{ ref('bi_rpt_needs_monthly') }}
where month = (select max(month) from {{ ref('bi_rpt_needs_monthly') }}) and needs is distinct from 0
