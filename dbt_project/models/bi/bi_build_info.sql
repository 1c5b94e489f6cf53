select * from {{ ref('build_info') }}
