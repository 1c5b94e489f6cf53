"""One e-mail a day to each contact: what is late, held, accepted with findings, accepted. Nothing is told twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import Connection, Engine, text

from sinergi import findings, mail, punctuality
from sinergi.contracts import Contract, load_contracts
from sinergi.ledger import NOTICES
from sinergi.outage import database_faults

if TYPE_CHECKING:
    from sinergi.settings import Settings

MOST_ATTACHED = 5  # workbooks in one message, and their size together: what mailboxes take
MOST_BYTES = 10 << 20
SHOWN = 40  # lines of one kind in one message
DOMAIN = "sinergi.invalid"  # of message ids; RFC 2606

NEWS = """
    select
        deliveries.delivery_id, source_id, file_name, period, status as kind, rows_read as rows,
        rows_accepted as accepted, reason, 'delivery ' || deliveries.delivery_id as about, null::date as due,
        (
            select count(*) from ops.findings
            where findings.delivery_id = deliveries.delivery_id and findings.severity <> 'info'
        ) as findings
    from ops.deliveries where status in ('held', 'accepted_with_findings', 'accepted')
    union all
    select null, source_id, null, month, 'late', 0, 0, null, source_id || ' ' || month, due_on, 0
    from ops.due_months where state = 'missing'
    order by source_id, delivery_id, about
"""
CLAIM = """
    insert into ops.notices (recipient, kind, about) values (:recipient, :kind, :about)
    on conflict (recipient, kind, about) do nothing returning notice_id
"""


@dataclass(frozen=True)
class News:
    """One thing that a contact is told."""

    kind: str
    about: str
    contract: Contract
    blanks: Mapping[str, Any]
    delivery_id: int | None = None


@cache
def _words() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("notices.yml").read_text(encoding="utf-8")))


def send_digests(engine: Engine, settings: Settings, today: date) -> dict[str, int]:
    """Tell every contact what they have not been told yet, in one message each.

    A message and the record that it was sent are one transaction: what the server refused is tried again next time.

    Args:
        engine: The database.
        settings: Mail server, board and contracts.
        today: The day in the subject.

    Returns:
        `messages` and `news` sent.

    Raises:
        MailFault: the server is not there, or refused a message; the others are sent.
    """
    punctuality.refresh(engine, settings)
    contracts = load_contracts(settings.expectations)
    with database_faults("reading the news"), engine.connect() as connection:
        pending = _by_recipient(connection, contracts)
    sent = {"messages": 0, "news": 0}
    faults = []
    with mail.server(settings) as client:
        for recipient, news in pending.items():
            with database_faults(f"notices to {recipient}"), engine.connect() as connection:
                new = [each for each in news if _claim(connection, recipient, each)]
                if not new:
                    continue
                try:
                    mail.send(client, digest(engine, settings, recipient, new, today))
                except mail.MailFault as fault:
                    faults.append(str(fault))
                    connection.rollback()
                    continue
                connection.commit()
                sent["messages"] += 1
                sent["news"] += len(new)
    if faults:
        raise mail.MailFault(" ".join(faults))
    return sent


def digest(engine: Engine, settings: Settings, recipient: str, news: Sequence[News], today: date) -> EmailMessage:
    """Write one message.

    Args:
        engine: The database, for the workbooks.
        settings: With the address of the board.
        recipient: The contact.
        news: What they are told; not empty.
        today: The day in the subject.
    """
    lang = findings.spoken(settings.lang, news[0].contract.language)
    words = _words()[lang]
    attachments = _workbooks(engine, settings, news, lang)
    lines = [words["greeting"], "", words["intro"]]
    for kind in NOTICES:
        own = [each for each in news if each.kind == kind]
        if own:
            lines += ["", f"{words['kinds'][kind]['title']} ({len(own)})"]
            for each in own[:SHOWN]:
                lines.append(f"- {findings.fill(words['kinds'][kind]['line'], each.blanks)}")
                lines += [f"  {hint}" for hint in _hint(settings, each, words, each.delivery_id in attachments)]
            if len(own) > SHOWN:
                lines.append(f"- … +{len(own) - SHOWN}")
    lines += ["", words["closing"]]
    subject = findings.fill(words["subject"], {"day": today.isoformat(), "count": len(news)})
    key = "|".join([recipient, *sorted(f"{each.kind} {each.about}" for each in news)])
    message_id = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{DOMAIN}>"
    return mail.compose(settings, recipient, subject, "\n".join(lines), message_id, list(attachments.values()))


def may_travel(contract: Contract) -> bool:
    """Say whether a workbook of this export may go by e-mail: not with specific data (UU 27/2022, art. 4 (2))."""
    return all(contract.entity_def.columns[name].privacy != "specific" for name in contract.columns)


def _by_recipient(connection: Connection, contracts: Mapping[str, Contract]) -> dict[str, list[News]]:
    told = {tuple(row) for row in connection.execute(text("select recipient, kind, about from ops.notices"))}
    found: dict[str, list[News]] = defaultdict(list)
    for row in connection.execute(text(NEWS)).mappings():
        contract = contracts.get(row["source_id"])
        if contract is None or (contract.contact, row["kind"], row["about"]) in told:
            continue
        blanks = {"title": contract.title, "file": row["file_name"], "delivery": row["delivery_id"]}
        blanks |= {name: row[name] for name in ("period", "rows", "accepted", "reason", "findings", "due")}
        found[contract.contact].append(News(row["kind"], row["about"], contract, blanks, row["delivery_id"]))
    return found


def _claim(connection: Connection, recipient: str, news: News) -> bool:
    values = {"recipient": recipient, "kind": news.kind, "about": news.about}
    return connection.execute(text(CLAIM), values).scalar() is not None


def _has_workbook(news: News) -> bool:
    return news.kind in ("held", "accepted_with_findings") and bool(news.blanks["findings"])


def _workbooks(
    engine: Engine, settings: Settings, news: Sequence[News], lang: str
) -> dict[int | None, mail.Attachment]:
    from sinergi.workbook import write_workbook

    made: dict[int | None, mail.Attachment] = {}
    room = MOST_BYTES
    for each in news:
        if len(made) == MOST_ATTACHED:
            break
        if each.delivery_id is None or not _has_workbook(each) or not may_travel(each.contract):
            continue
        book = BytesIO()
        write_workbook(engine, settings, each.delivery_id, book, lang=lang)
        content = book.getvalue()
        if len(content) <= room:
            room -= len(content)
            made[each.delivery_id] = mail.Attachment(f"perbaikan-{each.delivery_id}.xlsx", content)
    return made


def _hint(settings: Settings, news: News, words: Mapping[str, str], is_attached: bool) -> list[str]:
    if not _has_workbook(news):
        return []
    if is_attached:
        return [words["attached"]]
    if not settings.board_url:
        return [words["ask"]]
    link = f"{settings.board_url.rstrip('/')}/deliveries/{news.delivery_id}"
    return [findings.fill(words["by_link" if may_travel(news.contract) else "linked"], {"link": link})]
