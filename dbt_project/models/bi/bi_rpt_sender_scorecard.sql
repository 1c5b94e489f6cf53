select * from {{ ref('rpt_sender_scorecard') }}
