-- Whom an office helps, and whom its mandate calls to help, by name. Each office reads its own rows and columns only:
-- sinergi.roles, seeds/office_columns.csv. Without family_id, which would open to it what bi says of the family.
-- A child's row says to others only that there is a child: data of children are specific (UU 27/2022, article 4).
{% set of_person = [
    'education', 'employment_status', 'occupation', 'school_participation', 'disability', 'nutrition_status',
    'has_identity_papers', 'lives_alone'
] %}
{% set of_house = [
    'house_ownership', 'roof_material', 'wall_material', 'floor_material', 'lighting_source', 'water_source',
    'toilet_facility'
] %}

with served as (

    select
        interventions.opd_id,
        interventions.family_id,
        count(*) as times_helped,
        max(interventions.delivered_on) as last_helped_on
    from {{ ref('fct_interventions') }} as interventions
    where interventions.family_id is not null and {{ reached('interventions') }}
    group by interventions.opd_id, interventions.family_id

),

wanted as (

    select
        opd_id,
        family_id,
        string_agg(distinct need_name, '; ' order by need_name) as needs
    from {{ ref('rpt_needs') }}
    where is_in_force and not is_met
    group by opd_id, family_id

),

mandates as (

    select
        coalesce(served.opd_id, wanted.opd_id) as opd_id,
        coalesce(served.family_id, wanted.family_id) as family_id,
        wanted.needs,
        coalesce(served.times_helped, 0)::integer as times_helped,
        served.last_helped_on
    from served
    full join wanted on served.opd_id = wanted.opd_id and served.family_id = wanted.family_id

),

in_force as (

    select distinct family_id from {{ ref('int_family_spells') }} where ended_on is null

),

people as (

    select people.*, {{ unless_child('false') }} is null as is_child from {{ ref('dim_people') }} as people

)

select
    mandates.opd_id,
    (dense_rank() over (
        partition by mandates.opd_id order by families.area_code, heads.full_name, mandates.family_id
    ))::integer as family_no,
    case when shown.is_named then people.full_name end as full_name,
    case when shown.is_named then {{ last_four('people.nik') }} end as nik,
    people.relationship,
    case when shown.is_named then people.sex end as sex,
    people.is_child,
    {{ age_band('people.birth_date') }} as age_band,
    areas.district_name,
    areas.area_name,
    families.area_code,
    homes.address,
    homes.rt,
    homes.rw,
    homes.phone,
    in_force.family_id is not null as is_in_force,
    mandates.needs,
    mandates.times_helped,
    mandates.last_helped_on,
    {% for name in of_person %}
    case when shown.is_named then described.{{ name }} end as {{ name }},
    {% endfor %}
    {% for name in of_house %}
    described.{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from mandates
inner join people on mandates.family_id = people.family_id
inner join {{ ref('dim_families') }} as families on mandates.family_id = families.family_id
left join {{ ref('dim_people') }} as heads on families.head_person_id = heads.person_id
left join {{ ref('dim_areas') }} as areas on families.area_code = areas.area_code
left join {{ ref('int_homes') }} as homes on mandates.family_id = homes.family_id
left join in_force on mandates.family_id = in_force.family_id
left join {{ ref('int_particulars') }} as described on people.person_id = described.person_id
left join {{ ref('office_columns') }} as rules on mandates.opd_id = rules.opd_id and rules.column_name = 'is_child'
cross join lateral (select not people.is_child or rules.opd_id is not null as is_named) as shown
