select
    family_id,
    strategy,
    {{ first_of_month('decreed_on') }} as decreed_on,
    {{ first_of_month('ended_on') }} as ended_on,
    times_helped,
    offices,
    {{ first_of_month('last_helped_on') }} as last_helped_on,
    is_gap
from {{ ref('rpt_coverage') }}
