select * from {{ ref('fct_interventions') }}
