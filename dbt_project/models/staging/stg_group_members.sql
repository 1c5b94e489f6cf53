with source as (

    select * from {{ source('raw', 'group_members') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        group_name,
        group_kind,
        nik,
        nik_status,
        nik_source,
        no_kk,
        no_kk_status,
        full_name,
        sex,
        birth_date,
        birth_year,
        member_role,
        joined_on,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        phone,
        extra
    from source

)

select * from renamed
