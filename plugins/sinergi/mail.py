"""Send e-mail by the SMTP server of the settings. Passwords only ever travel encrypted (RFC 8314)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sinergi.settings import Settings

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
SECONDS = 30
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailFault(SinergiError):
    """The server is not there, or refuses."""


@dataclass(frozen=True)
class Attachment:
    """A workbook that goes with a message."""

    name: str
    content: bytes


def compose(
    settings: Settings, to: str, subject: str, body: str, message_id: str, attachments: Sequence[Attachment] = ()
) -> EmailMessage:
    """Make a message.

    Args:
        settings: With the address that it comes from.
        to: Whom it is for.
        subject: One line.
        body: Plain text.
        message_id: The same for the same news, so that a mailbox shows a message that came twice once.
        attachments: Workbooks.
    """
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply is wanted
    message.set_content(body)
    for each in attachments:
        message.add_attachment(each.content, maintype=XLSX[0], subtype=XLSX[1], filename=each.name)
    return message


@contextmanager
def server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Open the SMTP server of the settings.

    Raises:
        MailFault: none is named, its address cannot be used, or it is not there.
    """
    url = urlsplit(settings.smtp_url or "")
    if url.scheme not in SCHEMES or not url.hostname:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise MailFault(f"SINERGI_SMTP_URL names no mail server; write one of {known} with host and port.")
    if url.username and url.scheme == "smtp":
        raise MailFault("SINERGI_SMTP_URL has a password and no encryption; use smtp+starttls:// or smtps://.")
    port = url.port or SCHEMES[url.scheme]
    where = f"{url.hostname}:{port}"
    try:
        client = (
            smtplib.SMTP_SSL(url.hostname, port, timeout=SECONDS, context=ssl.create_default_context())
            if url.scheme == "smtps"
            else smtplib.SMTP(url.hostname, port, timeout=SECONDS)
        )
    except (OSError, smtplib.SMTPException) as fault:
        raise MailFault(f"The mail server {where} does not answer ({type(fault).__name__}).") from None
    with client:
        try:
            if url.scheme == "smtp+starttls":
                client.starttls(context=ssl.create_default_context())
            if url.username:
                client.login(unquote(url.username), unquote(url.password or ""))
        except (OSError, smtplib.SMTPException) as fault:
            raise MailFault(f"The mail server {where} does not let us in ({type(fault).__name__}).") from None
        yield client


def send(client: smtplib.SMTP, message: EmailMessage) -> None:
    """Send one message.

    Raises:
        MailFault: the server refuses it.
    """
    try:
        client.send_message(message)
    except (OSError, smtplib.SMTPException) as fault:
        raise MailFault(f"The mail server refuses the message to {message['To']} ({type(fault).__name__}).") from None
