{{ suppressed(
    ref('rpt_overlap_counts'),
    keys=['month', 'kind', 'opd_id_a', 'opd_id_b'],
    within=['month'],
    measures=['pairs', 'doubled'],
    of={'doubled': 'pairs'},
    along={'amount_idr': 'doubled'}
) }}
