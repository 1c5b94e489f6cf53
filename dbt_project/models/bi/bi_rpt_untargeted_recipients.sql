-- Help that missed its target, without the one who got it. What rpt_untargeted_counts hides keeps nothing but its row.
select
    case when not counts.is_suppressed then missed.program_id end as program_id,
    case when not counts.is_suppressed then missed.opd_id end as opd_id,
    case when not counts.is_suppressed then missed.reason end as reason,
    case when not counts.is_suppressed then missed.times_helped end as times_helped,
    case when not counts.is_suppressed then {{ first_of_month('missed.first_helped_on') }} end as first_helped_on,
    case when not counts.is_suppressed then {{ first_of_month('missed.last_helped_on') }} end as last_helped_on,
    case when not counts.is_suppressed then {{ amount_band('missed.amount_idr') }} end as amount_band
from {{ ref('rpt_untargeted_recipients') }} as missed
inner join {{ ref('bi_rpt_untargeted_counts') }} as counts
    on
        missed.program_id is not distinct from counts.program_id
        and missed.opd_id is not distinct from counts.opd_id
        and missed.reason = counts.reason
