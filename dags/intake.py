"""One DAG per sender, made from the contracts in expectations/. A file that lands in the inbox starts it.

One more takes what lies in no folder that a contract knows, so that no file goes unnoticed.

collect   archive what is new and enter it in the ledger
intake    read, check and publish; one mapped task per export, with all its new files
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from airflow.sdk import DAG, Asset, AssetWatcher, task

from sinergi.airflow import tasks
from sinergi.airflow.doc import UNCLAIMED_DOC, intake_doc
from sinergi.airflow.failures import tell_data_team
from sinergi.airflow.naming import RAW_ASSET, UNCLAIMED, inbox_asset, intake_dag_id, sender_name, tags
from sinergi.airflow.triggers import InboxTrigger
from sinergi.contracts import Contract, load_contracts


def intake_dag(sender_id: str, contracts: list[Contract], trigger: InboxTrigger) -> DAG:
    """Make one sender's DAG."""
    arrivals = AssetWatcher(name=f"{inbox_asset(sender_id)}__watcher", trigger=trigger)
    with DAG(
        dag_id=intake_dag_id(sender_id),
        dag_display_name=f"Penerimaan: {sender_name(sender_id)}",
        description="; ".join(contract.title for contract in contracts) or "Berkas tanpa kontrak",
        doc_md=intake_doc(contracts) if contracts else UNCLAIMED_DOC,
        schedule=[Asset(name=inbox_asset(sender_id), watchers=[arrivals])],
        tags=tags(contracts),
        catchup=False,
        max_active_runs=1,
        # A bad file never fails a task; what does is infrastructure, which a short wait often mends.
        default_args={
            "owner": "tim data",
            "retries": 2,
            "retry_delay": timedelta(seconds=15),
            "on_failure_callback": tell_data_team(),
        },
    ) as dag:
        # Every sender's files are in the ledger before the first is read: the warehouse then waits for all of them.
        @task(task_display_name="Kumpulkan berkas", priority_weight=100, weight_rule="absolute")
        def collect() -> list[dict]:
            return tasks.collect(sender_id)

        @task(
            task_display_name="Periksa dan muat",
            map_index_template="{{ label }}",
            outlets=[Asset(RAW_ASSET)],
            priority_weight=10,
            weight_rule="absolute",
        )
        def intake(batch: dict) -> dict[str, int]:
            return tasks.intake(batch)

        intake.expand(batch=collect())
    return dag


_senders = {
    sender_id: list(contracts)
    for sender_id, contracts in groupby(load_contracts().values(), key=lambda contract: contract.sender_id)
}
for _sender_id, _contracts in _senders.items():
    globals()[intake_dag_id(_sender_id)] = intake_dag(_sender_id, _contracts, InboxTrigger(_sender_id))
unclaimed = intake_dag(UNCLAIMED, [], InboxTrigger(UNCLAIMED, claimed=sorted(_senders)))
