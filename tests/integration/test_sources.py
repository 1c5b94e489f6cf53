"""Each protocol against a real server of it, started here."""

from __future__ import annotations

import asyncio
import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sinergi.collect import archive_file
from sinergi.errors import SinergiError
from sinergi.sources import filesystem, list_inbox, storage_options_from_connection

CONTENT = b"No;NIK\n1;2\n"
DELIVERED = {
    "dinsos/sembako/Daftar Januari 2024.csv": "dinsos/sembako",
    "dinsos/sembako/kiriman #2 (baru).csv": "dinsos/sembako",
    "disnaker/pelatihan/b.xlsx": "disnaker/pelatihan",
    "asing/tanpa_kontrak/c.csv": "asing/tanpa_kontrak",
    "salah taruh.csv": None,
    "dinsos/langsung.csv": None,
}
SKIPPED = [
    "dinsos/sembako/~$Daftar.xlsx",
    "dinsos/sembako/.DS_Store",
    "dinsos/sembako/d.xlsx.part",
    "dinsos/sembako/e.csv.TMP",
    ".cache/x/y.csv",
]


def fill(folder: Path) -> Path:
    for name in [*DELIVERED, *SKIPPED]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
    return folder


def check(url: str, options: dict, tmp_path: Path) -> None:
    """The same files, names and bytes, whatever the protocol."""
    found = list_inbox(url, options)
    assert {file.file_name: file.source_id for file in found} == {
        name.rpartition("/")[2]: source for name, source in DELIVERED.items()
    }
    assert [file.path for file in found] == sorted(file.path for file in found)
    assert all(file.size == len(CONTENT) for file in found)
    assert all(file.mtime is not None and file.mtime.year >= 2020 for file in found)
    fs, _ = filesystem(url, options)
    for file in found:
        kept = archive_file(fs, file.path, tmp_path / "archive")
        assert kept.archive_path.read_bytes() == CONTENT


def connection(kind: str, **fields) -> SimpleNamespace:
    empty = {"host": None, "login": None, "password": None, "port": None, "extra": None}
    return SimpleNamespace(conn_type=kind, **(empty | fields))


def test_local_folder(tmp_path):
    check(str(fill(tmp_path / "kotak masuk")), {}, tmp_path)
    check(f"file://{tmp_path}/kotak masuk/", {}, tmp_path)


def test_inbox_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        list_inbox(str(tmp_path / "none"))


def test_folder_that_cannot_be_listed_does_not_hide_the_others(tmp_path, monkeypatch, caplog):
    from fsspec.implementations.local import LocalFileSystem

    fill(tmp_path)
    real = LocalFileSystem.ls

    def ls(self, path, *args, **kwargs):
        if str(path).endswith("disnaker"):
            raise PermissionError("not for you: disnaker")
        return real(self, path, *args, **kwargs)

    monkeypatch.setattr(LocalFileSystem, "ls", ls)
    assert len(list_inbox(str(tmp_path))) == len(DELIVERED) - 1
    assert "not for you: disnaker" in caplog.text


def test_empty_inbox(tmp_path):
    assert list_inbox(str(tmp_path)) == []


@pytest.fixture
def sftp(tmp_path) -> Iterator[int]:
    import asyncssh

    folder = fill(tmp_path / "sftp")
    loop = asyncio.new_event_loop()

    class Server(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("kolektor", "rahasia")

    async def serve():
        return await asyncssh.create_server(
            Server,
            "127.0.0.1",
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder)),
        )

    server = loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_sftp(sftp, tmp_path):
    options = storage_options_from_connection(
        connection("sftp", host="127.0.0.1", port=sftp, login="kolektor", password="rahasia")
    )
    check(f"sftp://127.0.0.1:{sftp}/", options, tmp_path)


def test_sftp_with_a_wrong_password(sftp):
    with pytest.raises(Exception, match=r"[Aa]uthentication"):
        list_inbox(f"sftp://127.0.0.1:{sftp}/", {"username": "kolektor", "password": "salah"})


def test_s3(tmp_path):
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        options = storage_options_from_connection(
            connection(
                "aws",
                login="kunci",
                password="rahasia",
                extra=f'{{"endpoint_url": "http://{host}:{port}", "region_name": "ap-southeast-3"}}',
            )
        )
        client = boto3.client(
            "s3",
            endpoint_url=options["endpoint_url"],
            aws_access_key_id="kunci",
            aws_secret_access_key="rahasia",
            region_name="ap-southeast-3",
        )
        client.create_bucket(Bucket="kotak", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-3"})
        for name in [*DELIVERED, *SKIPPED]:
            client.put_object(Bucket="kotak", Key=f"masuk/{name}", Body=CONTENT)
        client.put_object(Bucket="kotak", Key="masuk/dinsos/", Body=b"")  # how a console makes a folder
        check("s3://kotak/masuk", options, tmp_path)
        assert all(file.etag for file in list_inbox("s3://kotak/masuk", options))
    finally:
        server.stop()


def test_http(tmp_path):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_) -> None:
            pass

    folder = fill(tmp_path / "http" / "inbox")
    handler = functools.partial(Quiet, directory=str(folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        check(f"http://127.0.0.1:{server.server_port}/inbox/", {}, tmp_path)
        server.shutdown()
        thread.join(10)


def test_connections_become_options():
    as_options = storage_options_from_connection
    assert as_options(connection("fs", extra='{"path": "/x"}')) == {}
    assert as_options(connection("sftp", host="h", login="u", extra='{"key_file": "/k"}')) == {
        "host": "h",
        "username": "u",
        "key_filename": "/k",
    }
    assert as_options(connection("aws")) == {}
    auth = as_options(connection("http", login="u", password="p"))["client_kwargs"]["auth"]
    assert (auth.login, auth.password) == ("u", "p")


def test_connections_that_cannot_be_used():
    with pytest.raises(SinergiError, match="'ftp' is none of"):
        storage_options_from_connection(connection("ftp"))
    for extra in ("{", "[1]"):
        with pytest.raises(SinergiError, match="JSON object"):
            storage_options_from_connection(connection("sftp", extra=extra))
    with pytest.raises(SinergiError, match="Cannot pull from ftp://"):
        filesystem("ftp://host/inbox")
