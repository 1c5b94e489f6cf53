"""The daily e-mails, to a real SMTP server in this process: who is told what, once, and what may be attached."""

from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from io import BytesIO

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from made_offices import sembako_rows

from sinergi import mail, notices
from sinergi.contracts import load_contracts
from sinergi.database import free_port

CONTACT = "bidang-linjamsos@dinsos.example"
TODAY = date(2024, 2, 5)


class Post:
    """A mail server that keeps what it is given, or refuses."""

    def __init__(self):
        self.messages, self.refuses = [], set()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd calls it so)
        if self.refuses & set(envelope.rcpt_tos):
            return "550 no such mailbox"
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, address):
        return [message for message in self.messages if message["To"] == address]


@pytest.fixture
def post():
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    post.port = controller.port
    yield post
    controller.stop()


@pytest.fixture
def settings(settings, post):
    return replace(
        settings,
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        mail_from="sinergi@kota.example",
        board_url="https://papan.example/papan",
    )


def deliver(offices):
    rows = sembako_rows()
    rows[4][2] = "9999999999999999"
    offices.sembako("sembako-januari.xlsx", rows)
    offices.sembako("sembako-februari.xlsx", sembako_rows(month=2))
    offices.sembako("sembako-maret.xlsx", sembako_rows(5, month=3))  # far fewer: held
    return offices.run()


def tell(offices):
    return notices.send_digests(offices.engine, offices.settings, TODAY)


def text_of(message):
    return message.get_body(("plain",)).get_content()


def test_one_message_says_what_is_held_to_correct_and_accepted(offices, post):
    first, second, held = deliver(offices)
    assert (first.status, second.status, held.status) == ("accepted_with_findings", "accepted", "held")
    tell(offices)
    (message,) = post.to(CONTACT)
    said = text_of(message)
    assert said.index("Ditahan, perlu tindakan (1)") < said.index("ada yang perlu diperbaiki (1)")
    assert f"sembako-maret.xlsx (kiriman {held.delivery_id}): {held.reason}" in said
    assert "40 dari 40 baris diterima" in said or "39 dari 40 baris diterima" in said
    assert "sembako-februari.xlsx" in said
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "sinergi@kota.example"


def test_nothing_is_told_twice_and_what_is_new_is(offices, post):
    deliver(offices)
    tell(offices)
    assert len(post.to(CONTACT)) == 1
    assert tell(offices) == {"messages": 0, "news": 0}
    assert len(post.to(CONTACT)) == 1
    offices.sembako("sembako-april.xlsx", sembako_rows(month=4))
    offices.run()
    tell(offices)
    assert len(post.to(CONTACT)) == 2
    assert "sembako-april.xlsx" in text_of(post.to(CONTACT)[-1])
    assert "sembako-maret.xlsx" not in text_of(post.to(CONTACT)[-1])


def test_a_month_that_never_came_is_told_as_late(offices, post):
    offices.sembako("sembako-januari.xlsx", sembako_rows(month=1))
    offices.sembako("sembako-maret.xlsx", sembako_rows(month=3))
    offices.run()
    tell(offices)
    said = text_of(post.to(CONTACT)[0])
    assert "Belum diterima, sudah lewat tanggal (" in said
    assert "Bantuan sembako, periode 2024-02, jatuh tempo 2024-03-10." in said


def test_workbook_with_specific_data_is_a_link(offices, post):
    first, *_ = deliver(offices)
    assert not notices.may_travel(load_contracts(offices.settings.expectations)["dinsos/sembako"])  # amounts
    tell(offices)
    (message,) = post.to(CONTACT)
    assert list(message.iter_attachments()) == []
    assert f"https://papan.example/papan/deliveries/{first.delivery_id}" in text_of(message)


def test_workbook_that_may_travel_is_attached(offices, post, monkeypatch):
    monkeypatch.setattr(notices, "may_travel", lambda contract: True)
    first, *_ = deliver(offices)
    tell(offices)
    books = {part.get_filename(): part.get_content() for part in post.to(CONTACT)[0].iter_attachments()}
    assert f"perbaikan-{first.delivery_id}.xlsx" in books
    book = openpyxl.load_workbook(BytesIO(books[f"perbaikan-{first.delivery_id}.xlsx"]))
    assert "Perbaikan" in book.sheetnames


def test_refused_mailbox_is_tried_again_and_holds_up_nobody(offices, post):
    deliver(offices)
    post.refuses.add(CONTACT)
    with pytest.raises(mail.MailFault, match=f"refuses the message to {CONTACT}"):
        tell(offices)
    assert post.to(CONTACT) == [] and offices.count("ops.notices", recipient=CONTACT) == 0
    post.refuses.clear()
    assert tell(offices)["messages"] == 1  # the others have theirs
    assert len(post.to(CONTACT)) == 1


def test_same_news_has_the_same_message_id(offices, settings):
    deliver(offices)
    contracts = load_contracts(settings.expectations)
    with offices.engine.connect() as connection:
        news = notices._by_recipient(connection, contracts)[CONTACT]
    one, two = (notices.digest(offices.engine, settings, CONTACT, news, TODAY) for _ in range(2))
    assert one["Message-ID"] == two["Message-ID"] != ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "names no mail server"),
        ("http://mail.example", "names no mail server"),
        ("smtp://user:secret@127.0.0.1:25", "no encryption"),
        ("smtp://127.0.0.1:1", "does not answer"),
    ],
)
def test_server_that_cannot_be_used_is_said_without_its_password(settings, url, said):
    with pytest.raises(mail.MailFault, match=said) as fault, mail.server(replace(settings, smtp_url=url)):
        pass
    assert "secret" not in str(fault.value)


def test_login_is_refused_by_a_server_without_encryption(settings, post):
    url = f"smtp+starttls://user:secret@127.0.0.1:{post.port}"
    with pytest.raises(mail.MailFault, match="does not let us in"), mail.server(replace(settings, smtp_url=url)):
        pass


def test_failed_task_is_told_to_the_data_team(settings, post, monkeypatch):
    from types import SimpleNamespace

    from sinergi.airflow.failures import DataTeamNotifier, tell_data_team

    assert tell_data_team() == []
    monkeypatch.setenv("SINERGI_SMTP_URL", settings.smtp_url)
    monkeypatch.setenv("SINERGI_DATA_TEAM_MAIL", "tim-data@kota.example")
    (notifier,) = tell_data_team()
    assert isinstance(notifier, DataTeamNotifier)
    task = SimpleNamespace(task_id="build", dag_id="warehouse", run_id="r1", log_url="https://papan.example/log")
    notifier.notify({"task_instance": task, "exception": ValueError("NIK 6271")})
    (message,) = post.to("tim-data@kota.example")
    assert message["Subject"] == "[Sinergi] warehouse.build gagal"
    assert "https://papan.example/log" in text_of(message) and "6271" not in text_of(message)
