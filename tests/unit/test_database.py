from pathlib import Path

import pytest
from sqlalchemy import text

from sinergi.database import DatabaseUnavailable, EmbeddedServer, connect, engine, free_port, wait_until_ready


def test_start_is_idempotent_and_stop_ends_it(tmp_path_factory: pytest.TempPathFactory):
    server = EmbeddedServer(tmp_path_factory.mktemp("cluster") / "postgres")
    try:
        url = server.start()
        assert server.start() == url
        with engine(url).connect() as connection:
            assert connection.execute(text("show listen_addresses")).scalar() == "127.0.0.1"
            assert connection.execute(text("select rolname from pg_roles where rolname = current_user")).scalar()
    finally:
        server.stop()
    assert not server.is_running()
    server.stop()


def test_a_wrong_password_is_refused(server: EmbeddedServer):
    import psycopg

    url = server.url("postgres")
    password = (server.directory / "password").read_text().strip()
    with pytest.raises(psycopg.OperationalError):
        connect(url.replace(password, "guess"))
    assert oct((server.directory / "password").stat().st_mode & 0o777) == "0o600"


def test_an_interrupted_initdb_is_begun_anew(tmp_path_factory: pytest.TempPathFactory):
    server = EmbeddedServer(tmp_path_factory.mktemp("cluster") / "postgres")
    server.data.mkdir(parents=True)
    (server.data / "half").write_text("written")
    try:
        server.start()
        assert server.is_running()
    finally:
        server.stop()


def test_no_answer_names_the_server_without_its_password():
    url = f"postgresql://sinergi:secret@127.0.0.1:{free_port()}/sinergi"
    with pytest.raises(DatabaseUnavailable, match=r"No answer from .*127\.0\.0\.1") as fault:
        wait_until_ready(url, seconds=0.3)
    assert "secret" not in str(fault.value)


def test_a_database_is_made_once_and_dropped(server: EmbeddedServer):
    url = server.create_database("passing")
    assert server.create_database("passing") == url
    server.drop_database("passing")
    with pytest.raises(Exception, match="does not exist"):
        engine(url).connect()


def test_the_log_of_a_failed_start_is_shown(tmp_path: Path):
    server = EmbeddedServer(tmp_path / "postgres")
    try:
        server.start()
        server.stop()
        with (server.data / "postgresql.conf").open("a") as conf:
            conf.write("no_such_setting = on\n")
        with pytest.raises(DatabaseUnavailable, match="no_such_setting"):
            server.start()
    finally:
        server.stop()
