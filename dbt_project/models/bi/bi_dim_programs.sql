select * from {{ ref('dim_programs') }}
