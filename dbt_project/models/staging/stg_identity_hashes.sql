select
    value,
    hash
from {{ source('linkage', 'identity_hashes') }}
