select * from {{ ref('xwalk_people') }}
