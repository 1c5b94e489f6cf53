with help as (

    select * from {{ ref('stg_interventions') }}

),

crosswalk as (

    select * from {{ ref('stg_crosswalk') }}

),

offices as (

    select * from {{ ref('int_offices') }}

),

stated as (

    select
        help.delivery_id || '-' || help.row_number as intervention_id,
        crosswalk.person_id,
        crosswalk.family_id,
        -- A programme that no seed knows is its sender's; what an office of old gave is its successor's.
        coalesce(offices.current_opd_id, programs.opd_id, split_part(help.source_id, '/', 1)) as opd_id,
        coalesce(programs.opd_id, split_part(help.source_id, '/', 1)) as given_by_opd_id,
        help.program_id,
        coalesce(help.recipient_kind, programs.recipient_type) as recipient_kind,
        help.group_name,
        help.area_code,
        help.delivered_on,
        help.ended_on,
        help.amount_idr,
        help.quantity,
        help.unit,
        coalesce(help.status, 'delivered') as status,
        help.funding_source,
        help.delivery_id,
        help.row_number
    from help
    left join {{ ref('programs') }} as programs on help.program_id = programs.program_id
    left join offices on coalesce(programs.opd_id, split_part(help.source_id, '/', 1)) = offices.opd_id
    left join crosswalk on help.delivery_id = crosswalk.delivery_id and help.row_number = crosswalk.row_number
    where {{ touched_row('help') }}

)

select
    stated.*,
    ({{ reached('stated') }}) as is_help
from stated
