"""`sinergi notify`: the daily e-mails, by hand."""

from __future__ import annotations

from sinergi.cli_group import AsJson, Database, print_json
from sinergi.settings import Settings


def notify(database: Database = None, as_json: AsJson = False) -> None:
    """Send every contact one e-mail with what they have not been told yet; the DAG `notices` does it each morning.

    Example: SINERGI_SMTP_URL=smtp+starttls://user:password@mail.example sinergi notify
    """
    from sinergi import console
    from sinergi.clock import today
    from sinergi.notices import send_digests
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        sent = send_digests(engine, settings, today())
    print_json(sent) if as_json else console.show_pairs(sent)
