"""Tell the data team that a task has failed: an Airflow notifier that writes by the mail server of the settings."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from sinergi.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import Context

BODY = """\
Tugas {task} pada DAG {dag} gagal setelah semua percobaan.

Putaran: {run}
Log:     {log}

Langkah berikutnya ada di dokumentasi DAG itu (tombol "Dag Docs"). Data yang sudah masuk tetap utuh.
"""


class DataTeamNotifier(BaseNotifier):
    """Write to SINERGI_DATA_TEAM_MAIL which task failed, and where its log is; never what the fault said."""

    def notify(self, context: Context) -> None:
        """Send the message."""
        from sinergi import mail

        settings = Settings.load()
        told: dict[str, Any] = dict(context)
        task = told["task_instance"]
        body = BODY.format(
            task=task.task_id, dag=task.dag_id, run=task.run_id, log=getattr(task, "log_url", None) or "–"
        )
        subject = f"[Sinergi] {task.dag_id}.{task.task_id} gagal"
        message = mail.compose(
            settings, str(settings.data_team_mail), subject, body, f"<{uuid.uuid4()}@sinergi.invalid>"
        )
        with mail.server(settings) as client:
            mail.send(client, message)


def tell_data_team() -> list[BaseNotifier]:
    """Give what runs when a task has failed: nothing where no address or no mail server is set."""
    settings = Settings.load()
    return [DataTeamNotifier()] if settings.data_team_mail and settings.smtp_url else []
