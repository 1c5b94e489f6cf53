with source as (

    select * from {{ source('raw', 'deliberations') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        minutes_number,
        deliberated_on,
        household_no,
        no_kk,
        no_kk_status,
        head_name,
        head_nik,
        head_nik_status,
        head_nik_source,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        member_count,
        outcome,
        reason,
        extra
    from source

)

select * from renamed
