-- Which offices helped twice and with what; to whom stands in the offices' own lists.
select
    intervention_id,
    later_intervention_id,
    kind,
    opd_id_a,
    opd_id_b,
    program_id,
    later_program_id,
    delivered_on,
    later_delivered_on,
    both_until_on,
    is_same_person,
    later_amount_idr,
    is_decreed,
    is_overlap,
    rule_id,
    rule_reason
from {{ ref('rpt_overlaps') }}
