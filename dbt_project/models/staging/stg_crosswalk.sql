with source as (

    select * from {{ source('linkage', 'crosswalk') }}

),

renamed as (

    select
        source_id,
        delivery_id,
        row_number,
        person_id,
        family_id,
        method,
        probability
    from source

)

select * from renamed
