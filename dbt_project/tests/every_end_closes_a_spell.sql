-- A graduation or removal of someone who was not in force: a person to look up, not a reason to keep BI on yesterday.
{{ config(severity='warn') }}

select decrees.delivery_id, decrees.row_number
from {{ ref('stg_decrees') }} as decrees
inner join {{ ref('stg_crosswalk') }} as crosswalk
    on decrees.delivery_id = crosswalk.delivery_id and decrees.row_number = crosswalk.row_number
left join {{ ref('int_decree_spells') }} as spells
    on crosswalk.person_id = spells.person_id and decrees.decree_number = spells.end_decree_number
left join {{ ref('stg_decree_withdrawals') }} as withdrawals on decrees.decree_number = withdrawals.withdrawn_number
where decrees.action <> 'named' and spells.person_id is null and withdrawals.withdrawn_number is null
