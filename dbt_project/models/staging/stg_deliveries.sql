with source as (

    select * from {{ source('ops', 'deliveries') }}

),

renamed as (

    select
        delivery_id,
        source_id,
        sender_id,
        entity,
        file_name,
        sha256,
        received_at,
        finished_at,
        period,
        partition,
        status,
        rows_read,
        rows_accepted,
        rows_quarantined,
        rows_ignored,
        contract_version,
        rule,
        reason,
        superseded_by
    from source

)

select * from renamed
