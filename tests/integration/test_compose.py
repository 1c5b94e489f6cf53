"""docker-compose.yml against the official schema, and against what production must not forget."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from sinergi.settings import ROOT

SCHEMA = Path(__file__).parents[1] / "fixtures" / "compose" / "compose-spec.json"
TEXT = (ROOT / "docker-compose.yml").read_text()
TLS = (ROOT / "docker" / "tls" / "compose.yml").read_text()
LONG_RUNNING = ["postgres", "api-server", "scheduler", "dag-processor", "triggerer", "superset"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(TEXT)


@pytest.mark.parametrize("text", [TEXT, TLS])
def test_follows_the_compose_schema(text):
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(schema)
    faults = [f"{fault.json_path}: {fault.message}" for fault in validator(schema).iter_errors(yaml.safe_load(text))]
    assert faults == []


def test_the_schema_would_notice_a_mistake(compose):
    schema = json.loads(SCHEMA.read_text())
    wrong = {**compose, "services": {"postgres": {**compose["services"]["postgres"], "helthcheck": {}}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


@pytest.mark.parametrize("service", LONG_RUNNING)
def test_every_service_has_a_health_check_and_restarts(compose, service):
    assert compose["services"][service]["healthcheck"]["test"]
    assert compose["services"][service]["restart"] == "unless-stopped"


def test_services_wait_for_the_database_and_the_migrations(compose):
    for service in set(LONG_RUNNING) - {"postgres"}:
        assert compose["services"][service]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "init": {"condition": "service_completed_successfully"},
        }


def test_secrets_come_from_the_environment_and_are_required():
    secrets = re.findall(r"\$\{([A-Z_]*(?:PASSWORD|SECRET|KEY))([^}]*)\}", TEXT)
    assert {rest for _, rest in secrets} == {":?"}
    for line in TEXT.splitlines():
        name, _, value = line.strip().partition(": ")
        if re.search(r"PASSWORD|SECRET|_KEY", name):
            assert value.startswith("${"), line


def test_example_lists_every_required_variable_and_gives_no_value():
    example = dict(
        line.split("=", 1)
        for line in (ROOT / "docker" / "example.env").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert set(example) == set(re.findall(r"\$\{([A-Z_]+):\?\}", TEXT))
    assert set(example.values()) == {""}


def test_only_airflow_and_superset_are_published_and_only_on_this_host(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"api-server": ["127.0.0.1:8080:8080"], "superset": ["127.0.0.1:8088:8088"]}


def test_tls_for_bi_adds_to_the_same_server(compose):
    """What docs/bi.md tells and test_tls.py tries: the same settings and rules, certificate and key as secrets."""
    own, tls = compose["services"]["postgres"], yaml.safe_load(TLS)
    server = tls["services"]["postgres"]
    assert server["command"][: len(own["command"])] == own["command"]
    added = dict(pair.split("=", 1) for pair in server["command"][len(own["command"]) :] if pair != "-c")
    assert added["ssl"] == "on" and added["hba_file"] == server["volumes"][0].split(":")[1]
    files = {f"/run/secrets/{name}" for name in server["secrets"]}
    assert {added["ssl_cert_file"], added["ssl_key_file"]} == files and set(tls["secrets"]) == set(server["secrets"])
    assert all(re.fullmatch(r"\$\{[A-Z_]+:\?\}", secret["file"]) for secret in tls["secrets"].values())
    assert server["ports"] == ["${SINERGI_BI_ADDRESS:?}:5432:5432"]  # one address, never all of them
    assert not compose["networks"][server["networks"][0]]
    page = (ROOT / "docs" / "bi.md").read_text()
    assert all(name in page for name in {*re.findall(r"\$\{([A-Z_]+):\?\}", TLS), "docker/tls/compose.yml"})


def test_superset_sees_the_assets_and_neither_the_archive_nor_the_database_of_airflow(compose):
    superset = compose["services"]["superset"]
    assert superset["volumes"] == ["dashboards:/var/lib/dashboards:ro"]
    assert "database" not in superset["networks"]
    # The board's address is where its links lead; nothing else of the platform, no secret of it above all, is told it.
    of_platform = [name for name in superset["environment"] if name.startswith(("SINERGI", "AIRFLOW"))]
    assert of_platform == ["SINERGI_BOARD_URL"]


def test_every_volume_and_network_is_declared(compose):
    for service in compose["services"].values():
        assert set(service.get("networks", [])) <= set(compose["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or source.startswith((".", "$")), volume


def test_the_image_takes_what_it_copies():
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()
    for source in re.findall(r"^COPY (\S+) \S+$", dockerfile, re.MULTILINE):
        assert (ROOT / source).exists(), source


def test_production_installs_the_tested_versions():
    def versions(path):
        pairs = re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE)
        return {name: {version for other, version in pairs if other == name} for name, _ in pairs}

    tested, production = versions(ROOT / "requirements" / "runtime.txt"), versions(ROOT / "docker" / "requirements.txt")
    assert {name: production.get(name) for name in tested} == tested
