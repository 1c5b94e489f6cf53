-- Which offices helped twice and with what; to whom stands in the offices' own lists. What rpt_overlap_counts hides
-- keeps its month alone, so that rows cannot be counted for it.
select
    case when counts.pairs is not null then pairs.kind end as kind,
    case when counts.pairs is not null then pairs.opd_id_a end as opd_id_a,
    case when counts.pairs is not null then pairs.opd_id_b end as opd_id_b,
    {{ first_of_month('pairs.later_delivered_on') }} as later_delivered_on,
    case
        when counts.pairs is not null and counts.doubled is not null then {{ amount_band('pairs.later_amount_idr') }}
    end as later_amount_band,
    case when counts.pairs is not null and counts.doubled is not null then pairs.is_overlap end as is_overlap,
    case when counts.pairs is not null and counts.doubled is not null then pairs.rule_id end as rule_id,
    case when counts.pairs is not null and counts.doubled is not null then pairs.rule_reason end as rule_reason
from {{ ref('rpt_overlaps') }} as pairs
inner join {{ ref('bi_rpt_overlap_counts') }} as counts
    on
        {{ first_of_month('pairs.later_delivered_on') }} = counts.month
        and pairs.kind = counts.kind
        and pairs.opd_id_a = counts.opd_id_a
        and pairs.opd_id_b = counts.opd_id_b
