{{ suppressed(
    ref('rpt_assistance'),
    keys=['month', 'opd_id', 'program_id', 'status', 'is_help'],
    within=['month'],
    measures=['times_helped'],
    along={'amount_idr': 'times_helped'}
) }}
