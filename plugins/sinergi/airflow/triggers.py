"""A file that lands starts its sender's DAG: one listing of the inbox serves the watchers of all senders.

The state is the ledger's, not ours: what `collect` has seen is in `ops.inbox_files`, so that a triggerer that restarts
announces what is still waiting and nothing else. Airflow holds back a DAG that is running (max_active_runs=1) and lets
everything announced meanwhile start it once more.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Mapping
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from sinergi.database import connect
from sinergi.settings import Settings

log = logging.getLogger(__name__)

# One file as a listing shows it: path, size, modification time and the server's mark of the version.
Seen = tuple[Any, ...]
Waiting = Mapping[str, frozenset[Seen]]

ANNOUNCE_AGAIN_SECONDS = 600.0
# Seconds between two listings: of a folder they cost little, of a server a connection. A file that
# two of them show alike is taken: too short, and a copy over a slow line would be taken half.
FOLDER_EVERY, SERVER_EVERY = 3.0, 5.0


def seconds_between_listings() -> float:
    """Return how often the inbox of the settings is listed."""
    return SERVER_EVERY if "://" in Settings.load().inbox else FOLDER_EVERY


def waiting_files() -> Waiting:
    """List the inbox and leave out what the ledger has seen: what still waits, by the first folder it lies in.

    Called in a thread, since file systems and databases block.
    """
    from sinergi.collecting import storage_options
    from sinergi.sources import list_inbox

    settings = Settings.load()
    known = _known_files(settings)
    waiting: dict[str, set[Seen]] = defaultdict(set)
    for file in list_inbox(settings.inbox, storage_options(settings)):
        seen = (file.path, file.size, file.mtime, file.etag)
        if seen not in known:
            waiting[(file.source_id or "").partition("/")[0]].add(seen)
    return {folder: frozenset(files) for folder, files in waiting.items()}


def _known_files(settings: Settings) -> frozenset[Seen]:
    if settings.database_url is None:
        raise RuntimeError("SINERGI_DATABASE_URL is not set in the triggerer's environment")
    with connect(settings.database_url) as connection:
        if connection.execute("select to_regclass('ops.inbox_files')").fetchone() == (None,):
            return frozenset()  # nothing was ever collected
        return frozenset(connection.execute("select path, size, mtime, etag from ops.inbox_files").fetchall())


class Announcer:
    """Decide when a sender's waiting files are worth an event.

    A file counts once two listings in a row show it alike: it is no longer being written. It is announced once, and
    again only when it still waits long after: the run that should have taken it did not.
    """

    def __init__(self, again_after: float = ANNOUNCE_AGAIN_SECONDS):
        self.again_after = again_after
        self._previous: frozenset[Seen] = frozenset()
        self._announced: dict[Seen, float] = {}

    def observe(self, waiting: frozenset[Seen], now: float) -> int:
        """Take the next listing; return how many files to announce now, 0 for none."""
        stable = waiting & self._previous
        self._previous = waiting
        self._announced = {file: at for file, at in self._announced.items() if file in waiting}
        due = {file for file in stable if now - self._announced.get(file, -self.again_after) >= self.again_after}
        if due:
            self._announced.update(dict.fromkeys(stable, now))
        return len(due)


class InboxTrigger(BaseEventTrigger):
    """Fires when stable files of a sender wait in the inbox that the ledger does not know yet.

    Args:
        sender_id: The sender whose folder is watched.
        every: Seconds between two listings; all watchers with the same figure share one listing. By default as often
            as the inbox allows.
        claimed: Watch every folder but these instead: the files that belong to no sender.
    """

    def __init__(self, sender_id: str, every: float | None = None, claimed: list[str] | None = None):
        super().__init__()
        self.sender_id = sender_id
        self.every = every or seconds_between_listings()
        self.claimed = claimed

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what the triggerer makes this trigger from."""
        arguments = {"sender_id": self.sender_id, "every": self.every, "claimed": self.claimed}
        return "sinergi.airflow.triggers.InboxTrigger", arguments

    def shared_stream_key(self) -> Hashable:
        """Share one listing among all senders."""
        return ("sinergi-inbox", self.every)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[Waiting]:
        """Yield, again and again, what waits for each sender.

        Every listing is yielded, changed or not: a watcher that joins late sees the whole state in the next one. An
        inbox or a database that does not answer is reported once and tried again; it must not end the watch.
        """
        failing = False
        while True:
            try:
                waiting = await asyncio.to_thread(waiting_files)
            except Exception as fault:
                if not failing:
                    log.warning("The inbox cannot be listed (%s); trying again every %s s", fault, kwargs["every"])
                failing = True
            else:
                if failing:
                    log.info("The inbox can be listed again")
                failing = False
                yield waiting
            await asyncio.sleep(kwargs["every"])

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Any]) -> AsyncIterator[TriggerEvent]:
        """Turn listings into events of this sender. The payload is a count: file names may name people."""
        announcer = Announcer()
        async for waiting in shared_stream:
            if files := announcer.observe(self._mine(waiting), time.monotonic()):
                yield TriggerEvent({"sender_id": self.sender_id, "files": files})

    def _mine(self, waiting: Waiting) -> frozenset[Seen]:
        if self.claimed is None:
            return waiting.get(self.sender_id, frozenset())
        return frozenset().union(*(files for folder, files in waiting.items() if folder not in self.claimed))

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Watch alone, where the triggerer does not share the listing."""
        async for event in self.filter_shared_stream(self.open_shared_stream({"every": self.every})):
            yield event
