select
    area_code,
    area_name,
    district_code,
    district_name,
    bps_code,
    postal_code,
    bps_code_inferred as is_bps_code_inferred
from {{ ref('areas') }}
