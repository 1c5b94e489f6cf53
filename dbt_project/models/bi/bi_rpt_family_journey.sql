-- Days to and from a Musyawarah, with a decree's known date, tell which one it was, and so the kelurahan.
select
    family_id,
    spell_number,
    decree_number,
    {{ first_of_month('enumerated_on') }} as enumerated_on,
    {{ first_of_month('deliberated_on') }} as deliberated_on,
    {{ first_of_month('decreed_on') }} as decreed_on,
    {{ first_of_month('first_assisted_on') }} as first_assisted_on,
    {{ first_of_month('ended_on') }} as ended_on,
    end_cause,
    days_to_assisted,
    days_in_force
from {{ ref('rpt_family_journey') }}
