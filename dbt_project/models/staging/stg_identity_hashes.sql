with source as (

    select * from {{ source('linkage', 'identity_hashes') }}

),

renamed as (

    select
        value,
        hash
    from source

)

select * from renamed
