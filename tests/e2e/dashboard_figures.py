"""What the dashboards say in large, and what a filter makes of it, asked of the marts in SQL."""

STANDING = "status like 'accepted%%'"
LAST_MONTH = "month = (select max(month) from bi.rpt_headcount)"
CITY = "from marts.rpt_headcount_city order by month desc limit 1"
# From the marts, row by row where rows are: of bi only what is hidden, since a headline over all would give it away.
HELP = """from marts.fct_interventions as help join bi.rpt_assistance as seen
    on date_trunc('month', help.delivered_on)::date = seen.month and help.program_id = seen.program_id
    and help.opd_id = seen.opd_id and help.status = seen.status and help.is_help = seen.is_help
    where help.is_help and not seen.is_suppressed"""
AREAS = """from marts.rpt_headcount as counts join bi.rpt_headcount as seen using (month, area_code)
    join marts.dim_areas using (area_code)"""
FILES = f"from ops.deliveries where {STANDING}"
BUDGET = "select round(100 * sum(realised_idr) / sum(ceiling_idr)) || '%%' from marts.rpt_budget"
HEADLINES = {
    "ringkasan": {
        "people": f"select people {CITY}",
        "change": f"""select entered - "left" {CITY}""",
        "since_baseline": f"select people - baseline_people {CITY}",
        "baseline": "select people from marts.rpt_headcount_city order by month limit 1",
        "target": "select 0",
        "families": f"select families {CITY}",
        "families_change": """select families - (select families from marts.rpt_headcount_city order by month desc
                              offset 1 limit 1) from marts.rpt_headcount_city order by month desc limit 1""",
        "way": f"select round(100.0 * (baseline_people - people) / baseline_people) || '%%' {CITY}",
        "unserved": "select count(*) from marts.rpt_unserved_families where is_in_force",
        "realised": f"{BUDGET} group by year, semester order by year desc, semester desc limit 1",
    },
    "per-opd": {
        "times": f"select count(*) {HELP}",
        "amount": f"select round(sum(help.amount_idr) / 1e9, 2) {HELP}",
        "doubled": """select sum(counts.doubled) from marts.rpt_overlap_counts as counts
                      join bi.rpt_overlap_counts as seen using (month, kind, opd_id_a, opd_id_b)
                      where seen.doubled is not null""",
        "untargeted": """select count(*) from marts.rpt_untargeted_recipients as missed join bi.rpt_untargeted_counts
                         as seen using (opd_id, program_id, reason) where not seen.is_suppressed""",
    },
    "per-kelurahan": {
        "none_left": f"select count(*) {AREAS} where counts.people = 0 and seen.people is not null and {LAST_MONTH}",
        "shown": f"select count(*) {AREAS} where counts.people > 0 and seen.people is not null and {LAST_MONTH}",
        "hidden": f"select count(*) {AREAS} where seen.people is null and {LAST_MONTH}",
    },
    "mutu-data": {
        "files": f"select count(*) {FILES}",
        "accepted": f"""select round(100.0 * sum(deliveries.rows_accepted) / sum(deliveries.rows_read), 1) || '%%'
                        from ops.deliveries join bi.rpt_deliveries as seen using (delivery_id)
                        where deliveries.{STANDING} and seen.rows_read is not null""",
        "quarantined": """select sum(deliveries.rows_quarantined) from ops.deliveries
                          join bi.rpt_deliveries as seen using (delivery_id) where seen.rows_read is not null
                          and deliveries.status in ('accepted', 'accepted_with_findings', 'held')""",
        "held": "select count(*) from ops.deliveries where status = 'held'",
        "on_time": """select round(100.0 * sum(files_on_time) / sum(files_due), 1) || '%%'
                      from marts.rpt_sender_scorecard""",
    },
}

# Each filter, with a value, a chart that it reaches, and what that then shows: its headline, or its number of cells.
HALF_YEAR = ("2024-01-01", "2024-07-01")
JUNE, MENTENG = "month = '2024-06-01'", "area_name = 'Menteng'"
FILTERS = {
    ("ringkasan", "Periode"): (HALF_YEAR, "people", f"select people from marts.rpt_headcount_city where {JUNE}"),
    ("ringkasan", "Kelurahan"): ("Menteng", "areas", f"select count(*) {AREAS} where {MENTENG}"),
    ("ringkasan", "Perangkat daerah"): (
        "Dinsos",
        "realised",
        f"{BUDGET} where opd_id = 'dinsos' group by year, semester order by year desc, semester desc limit 1",
    ),
    ("per-opd", "Periode"): (HALF_YEAR, "times", f"select count(*) {HELP} and seen.month < '2024-07-01'"),
    ("per-opd", "Perangkat daerah"): ("Dinsos", "times", f"select count(*) {HELP} and help.opd_id = 'dinsos'"),
    ("per-opd", "Strategi"): (
        "Meningkatkan pendapatan",
        "times",
        f"""select count(*) {HELP} and help.program_id in
            (select program_id from marts.dim_programs where strategy = 'raise_income')""",
    ),
    ("per-kelurahan", "Periode"): (
        HALF_YEAR,
        "none_left",
        f"select count(*) {AREAS} where counts.people = 0 and seen.people is not null and {JUNE}",
    ),
    ("per-kelurahan", "Kecamatan"): (
        "Sabangau",
        "hidden",
        f"select count(*) {AREAS} where seen.people is null and district_name = 'Sabangau' and {LAST_MONTH}",
    ),
    ("per-kelurahan", "Kelurahan"): (
        "Menteng",
        "none_left",
        f"select count(*) {AREAS} where counts.people = 0 and {MENTENG} and {LAST_MONTH}",
    ),
    ("mutu-data", "Periode"): (
        HALF_YEAR,
        "files",
        f"select count(*) {FILES} and (period ~ '^2024-(0[1-6]|Q[12])$' or period = '2024')",
    ),
    ("mutu-data", "Pengirim"): ("Dinsos", "files", f"select count(*) {FILES} and sender_id = 'dinsos'"),
    ("mutu-data", "Kelurahan"): (
        "Menteng",
        "files",
        f"""select count(*) {FILES} and partition =
            (select 'area_code=' || area_code from marts.dim_areas where {MENTENG})""",
    ),
}
