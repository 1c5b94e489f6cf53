with source as (

    select * from {{ source('ops', 'findings') }}

),

renamed as (

    select
        finding_id,
        delivery_id,
        row_number,
        column_name,
        rule,
        severity,
        value,
        message
    from source

)

select * from renamed
