with said as (

    select * from {{ ref('int_attributes') }}
    where attribute not in ('lives_alone', 'has_identity_papers', 'nutrition_status')

),

-- The newest word of each side: what either corrects later is no conflict any more.
latest as (

    select distinct on (family_id, person_id, attribute, origin) *
    from said
    order by
        family_id asc, person_id asc, attribute asc, origin asc, said_on desc, delivery_id desc, row_number asc

)

select
    declared.family_id,
    declared.person_id,
    declared.attribute,
    declared.value as declared_value,
    administrative.value as administrative_value,
    declared.said_on as declared_on,
    administrative.said_on as administrative_on,
    greatest(declared.said_on, administrative.said_on) as conflict_since,
    declared.source_id as declared_source_id,
    declared.delivery_id as declared_delivery_id,
    declared.row_number as declared_row_number,
    administrative.source_id as administrative_source_id,
    administrative.delivery_id as administrative_delivery_id,
    administrative.row_number as administrative_row_number,
    families.area_code
from latest as declared
inner join latest as administrative
    on
        declared.family_id = administrative.family_id
        and declared.person_id is not distinct from administrative.person_id
        and declared.attribute = administrative.attribute
        and declared.value <> administrative.value
-- One edition's word may be wider than another's: a private toilet may have a septic tank.
left join {{ ref('compatible_values') }} as compatible
    on
        declared.attribute = compatible.attribute
        and (compatible.value, compatible.also) in (
            (declared.value, administrative.value), (administrative.value, declared.value)
        )
left join {{ ref('dim_families') }} as families on declared.family_id = families.family_id
where declared.origin = 'declared' and administrative.origin = 'administrative' and compatible.value is null
