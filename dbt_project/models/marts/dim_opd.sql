select
    opd.opd_id,
    opd.name,
    opd.abbreviation,
    opd.mandate,
    opd.is_assumed,
    opd.valid_from,
    opd.valid_until,
    offices.current_opd_id
from {{ ref('opd') }} as opd
inner join {{ ref('int_offices') }} as offices on opd.opd_id = offices.opd_id

union all

-- Who delivers help without standing in seeds/opd.csv, so that what it gives is in no report lost.
select distinct
    split_part(help.source_id, '/', 1),
    split_part(help.source_id, '/', 1),
    split_part(help.source_id, '/', 1),
    null,
    true,
    null::date,
    null::date,
    split_part(help.source_id, '/', 1)
from {{ ref('stg_interventions') }} as help
left join {{ ref('opd') }} as opd on split_part(help.source_id, '/', 1) = opd.opd_id
where opd.opd_id is null
