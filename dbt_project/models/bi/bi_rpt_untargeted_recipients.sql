-- Help that missed its target, without the one who got it.
select
    program_id,
    opd_id,
    reason,
    times_helped,
    {{ first_of_month('first_helped_on') }} as first_helped_on,
    {{ first_of_month('last_helped_on') }} as last_helped_on,
    amount_idr
from {{ ref('rpt_untargeted_recipients') }}
