-- Help without its recipient, without a day and without its row: who got it stands in the by-name lists of the office
-- that gave it. What rpt_assistance hides keeps its month alone, so that rows cannot be counted for it. The five are
-- never null (tested): compared by `=` they are hashed, else each row is held against each count.
select
    case when not counts.is_suppressed then help.opd_id end as opd_id,
    case when not counts.is_suppressed then help.program_id end as program_id,
    {{ first_of_month('help.delivered_on') }} as delivered_on,
    case when not counts.is_suppressed then {{ amount_band('help.amount_idr') }} end as amount_band,
    case when not counts.is_suppressed then help.status end as status
from {{ ref('fct_interventions') }} as help
inner join {{ ref('bi_rpt_assistance') }} as counts
    on
        {{ first_of_month('help.delivered_on') }} = counts.month
        and help.opd_id = counts.opd_id
        and help.program_id = counts.program_id
        and help.status = counts.status
        and help.is_help = counts.is_help
