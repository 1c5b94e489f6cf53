-- Who is told of which vacancy, and why: for the office whose mandate work is. Row security as on office_people.
select
    coalesce(offices.current_opd_id, needs.opd_id) as opd_id,
    candidates.position,
    candidates.employer_name,
    candidates.posted_on,
    candidates.closes_on,
    candidates.points,
    people.full_name,
    {{ last_four('people.nik') }} as nik,
    people.sex,
    candidates.reason,
    areas.district_name,
    areas.area_name,
    candidates.area_code,
    homes.address,
    homes.rt,
    homes.rw,
    homes.phone
from {{ ref('rpt_vacancy_candidates') }} as candidates
inner join {{ ref('needs') }} as needs on needs.need_id = 'work'
left join {{ ref('int_offices') }} as offices on needs.opd_id = offices.opd_id
inner join {{ ref('dim_people') }} as people on candidates.person_id = people.person_id
left join {{ ref('dim_areas') }} as areas on candidates.area_code = areas.area_code
left join {{ ref('int_homes') }} as homes on candidates.family_id = homes.family_id
