with source as (

    select * from {{ source('linkage', 'id_history') }}

),

renamed as (

    select
        kind,
        old_id,
        new_id,
        change,
        changed_at
    from source

)

select * from renamed
