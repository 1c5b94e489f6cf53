select * from {{ ref('fct_vacancies') }}
