-- Days to and from a Musyawarah, with a decree's known date, tell which one it was, and so the kelurahan; days to help
-- tell the day of help. Both are therefore counted in months of 30 days between the months shown, and say no more.
{% set steps = {'days_to_assisted': 'first_assisted_on', 'days_in_force': 'ended_on'} %}
select
    family_id,
    spell_number,
    {{ first_of_month('enumerated_on') }} as enumerated_on,
    {{ first_of_month('deliberated_on') }} as deliberated_on,
    {{ first_of_month('decreed_on') }} as decreed_on,
    {{ first_of_month('first_assisted_on') }} as first_assisted_on,
    {{ first_of_month('ended_on') }} as ended_on,
    end_cause,
    {% for name, day in steps.items() %}
    {{ months_between('decreed_on', day) }} * 30 as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('rpt_family_journey') }}
