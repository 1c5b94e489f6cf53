select * from {{ ref('dim_areas') }}
