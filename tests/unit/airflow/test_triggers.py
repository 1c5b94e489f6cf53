"""The watcher of the inbox: announces a file once, when it is whole, and again only when nobody took it."""

import asyncio

import pytest

from sinergi.airflow import triggers
from sinergi.airflow.triggers import Announcer, InboxTrigger

A, B = ("dinsos/sembako/a.xlsx", 10, "1"), ("dinsos/sembako/b.xlsx", 20, "2")
A_GROWN = ("dinsos/sembako/a.xlsx", 11, "3")


def files(*seen):
    return frozenset(seen)


def test_a_file_counts_once_two_listings_agree():
    announcer = Announcer()
    assert announcer.observe(files(A), now=0) == 0
    assert announcer.observe(files(A), now=5) == 1
    assert announcer.observe(files(A), now=10) == 0


def test_a_file_being_written_waits_and_holds_up_no_other():
    announcer = Announcer()
    announcer.observe(files(A, B), now=0)
    assert announcer.observe(files(A_GROWN, B), now=5) == 1  # b
    assert announcer.observe(files(A_GROWN, B), now=10) == 1  # a, now whole


def test_many_files_are_one_event():
    announcer = Announcer()
    many = files(*((f"dinsos/sembako/{n}.xlsx", n, "1") for n in range(200)))
    announcer.observe(many, now=0)
    assert announcer.observe(many, now=5) == 200
    assert [announcer.observe(many, now=now) for now in range(10, 100, 5)] == [0] * 18


def test_a_later_file_is_announced_while_the_first_still_waits():
    announcer = Announcer()
    announcer.observe(files(A), now=0)
    announcer.observe(files(A), now=5)
    assert announcer.observe(files(A, B), now=10) == 0
    assert announcer.observe(files(A, B), now=15) == 1


def test_a_file_that_nobody_took_is_announced_again_much_later():
    announcer = Announcer(again_after=600)
    announcer.observe(files(A), now=0)
    assert announcer.observe(files(A), now=5) == 1
    assert announcer.observe(files(A), now=604) == 0
    assert announcer.observe(files(A), now=606) == 1


def test_the_same_path_with_other_bytes_is_a_new_file():
    announcer = Announcer()
    announcer.observe(files(A), now=0)
    announcer.observe(files(A), now=5)
    announcer.observe(files(), now=10)  # collected
    announcer.observe(files(A_GROWN), now=15)
    assert announcer.observe(files(A_GROWN), now=20) == 1


def test_a_trigger_is_made_again_from_what_it_serializes():
    trigger = InboxTrigger("dinsos", every=7)
    path, arguments = trigger.serialize()
    module, _, name = path.rpartition(".")
    again = getattr(__import__(module, fromlist=[name]), name)(**arguments)
    assert again.serialize() == trigger.serialize()


def test_all_senders_share_one_listing():
    assert InboxTrigger("dinsos").shared_stream_key() == InboxTrigger("dinkes").shared_stream_key()


async def first_events(trigger, stream, count):
    events = []
    async for event in trigger.filter_shared_stream(stream):
        events.append(event.payload)
        if len(events) == count:
            break
    return events


def test_a_sender_hears_only_of_its_own_files():
    async def listings():
        for _ in range(2):
            yield {"dinsos": files(A, B), "dinkes": files(("dinkes/x/c.csv", 1, "1"))}

    events = asyncio.run(first_events(InboxTrigger("dinsos"), listings(), 1))
    assert events == [{"sender_id": "dinsos", "files": 2}]
    assert "xlsx" not in str(events)  # a file's name may name a person


def test_a_server_is_listed_less_often_than_a_folder(monkeypatch):
    for inbox, every in (("/data/inbox", triggers.FOLDER_EVERY), ("sftp://files.go.id/in", triggers.SERVER_EVERY)):
        monkeypatch.setenv("SINERGI_INBOX", inbox)
        assert InboxTrigger("dinsos").every == every
    assert triggers.FOLDER_EVERY < triggers.SERVER_EVERY == 5


def test_an_inbox_that_does_not_answer_does_not_end_the_watch(monkeypatch):
    answers = [OSError("connection refused"), OSError("connection refused"), {"dinsos": files(A)}]

    def waiting_files():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(triggers, "waiting_files", waiting_files)

    async def first():
        async for waiting in InboxTrigger.open_shared_stream({"every": 0}):
            return waiting

    assert asyncio.run(first()) == {"dinsos": files(A)}
    assert answers == []


def test_without_a_database_the_fault_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("SINERGI_DATABASE_URL", raising=False)
    monkeypatch.setenv("SINERGI_HOME", str(tmp_path))
    with pytest.raises(RuntimeError, match="SINERGI_DATABASE_URL"):
        triggers._known_files(triggers.Settings.load())
