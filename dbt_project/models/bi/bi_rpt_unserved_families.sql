select
    family_id,
    {{ first_of_month('decreed_on') }} as decreed_on,
    is_in_force
from {{ ref('rpt_unserved_families') }}
