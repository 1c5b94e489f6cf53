"""A city whose database belongs to nobody mighty, as in production, with people who log in."""

import csv
import secrets
from datetime import date

from made_up import KAMELOH_BARU, MENTENG, MadeUp, kk, named, nik
from sqlalchemy import make_url

from sinergi import build as warehouse
from sinergi.database import connect
from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"

# Family 1 is helped by Dinsos; family 2 has a child out of school, which is for Disdik to see; family 3 is nobody's.
FAMILIES = {
    1: ["Budisantosa Wibawanto", "Rusmiatiningsih Halimah"],
    2: ["Yohanesputra Simbolonsari", "Melatikusuma Simbolonsari"],
    3: ["Tarigansari Ambarwulan"],
}
CHILD = FAMILIES[2][1]  # born in 2014
# Specific data (UU 27/2022, article 4): a disability, a child's stunting, what help was worth; and a low decile.
DISABILITY, STUNTED, AMOUNT = "intellectual", "severely_stunted", 1_234_567
STREETS = {1: "Jalan Rahasia 3", 2: "Jalan Tersembunyi 8", 3: "Jalan Sunyi 1"}
PHONES = {1: "081234567890", 2: "081298765432", 3: "081200000099"}
BIRTH = {1: date(1980, 5, 1), 2: date(1982, 7, 3), 3: date(1971, 2, 9)}


def secrets_of(family):
    """Give every text that tells who a family is."""
    names = [part for name in FAMILIES[family] for part in name.split()]
    numbers = [nik(family * 10 + i, BIRTH[family]) for i in range(len(FAMILIES[family]))]
    return [*names, *numbers, kk(family), STREETS[family], PHONES[family], BIRTH[family].isoformat()]


class City:
    """The database, its owner, and who else may log in."""

    OFFICES = [row["opd_id"] for row in csv.DictReader((SEEDS / "opd.csv").open(encoding="utf-8"))]  # noqa: RUF012
    MEMBERS = {  # noqa: RUF012
        "reader": "bi_reader",
        "restricted": "bi_restricted",
        **{opd_id: f"bi_{opd_id}" for opd_id in OFFICES},
    }

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.admin = server.create_database(name)
        self.logins = {}
        self.owner = self.login(f"{name}_owner", "createrole")
        self._as_admin(f'alter database "{name}" owner to {name}_owner')

    def login(self, role, options="", member_of=None):
        """Make a login and return its URL."""
        password = secrets.token_hex(8)
        self._as_admin(f"create role {role} login password '{password}' {options}")
        if member_of:
            self._as_admin(f"grant {member_of} to {role}")
        url = make_url(self.admin).set(username=role, password=password)
        self.logins[role] = url.render_as_string(hide_password=False)
        return self.logins[role]

    def build(self, settings):
        """Deliver, link, build and publish, as the owner."""
        engine = make_engine(self.owner)
        city = MadeUp(engine)
        people, listed = [], []
        for family, names in FAMILIES.items():
            for i, name in enumerate(names):
                who = {"no_kk": kk(family), "birth_date": BIRTH[family], "address": STREETS[family]}
                who["area_code"] = KAMELOH_BARU if family < 3 else MENTENG
                row = named(name, household=str(family), **who) | {"nik": nik(family * 10 + i, BIRTH[family])}
                people.append(row | {"reason": "Tetangga Melapor", "relationship": "child" if i else "head"})
                here = {"household_no": str(family), "enumerated_on": date(2023, 10, 9), "phone": PHONES[family]}
                listed.append(here | who | {"full_name": name, "nik": row["nik"], "floor_material": "earth"})
        young = {"birth_date": date(2014, 3, 4), "school_participation": "left"}
        listed[3] |= young
        people[3]["birth_date"] = young["birth_date"]
        listed[0] |= {"disability": DISABILITY}
        city.deliver("setda/sk_walikota", "decrees", people)
        city.deliver("kelurahan/pendataan", "enumerations", listed)
        given = {"program_id": "dinsos-sembako", "recipient_kind": "family", "delivered_on": date(2024, 2, 5)}
        recipient = {"full_name": FAMILIES[1][0], "nik": nik(10, BIRTH[1]), "reference_number": "A-REFERENCE-7"}
        recipient |= {"amount_idr": AMOUNT}
        city.deliver("dinsos/sembako", "interventions", [given | recipient], period="2024-02")
        measured = {"program_id": "dinkes-stunting", "recipient_kind": "person", "delivered_on": date(2024, 2, 6)}
        child = {"full_name": CHILD, "nik": people[3]["nik"], "birth_date": young["birth_date"], "status": "nominated"}
        city.deliver("dinkes/stunting", "interventions", [measured | child | {"nutrition_status": STUNTED}])
        registered = {
            key: people[4][key] for key in ("full_name", "nik", "no_kk", "area_code", "birth_date", "address")
        }
        poor = {"registry_family_id": "R-1", "welfare_decile": 1, "is_stunting_risk": True}
        city.deliver("dtsen/anggota", "registry_people", [registered | poor], period="2023")
        link(engine, settings)
        built = warehouse.build(engine, settings)
        assert built.failures == []
        warehouse.publish(engine, built)
        engine.dispose()

    def close(self):
        """Drop the database; the roles go with the server of the tests."""
        self.server.drop_database(self.name)

    def _as_admin(self, statement):
        with connect(self.admin, autocommit=True) as connection:
            connection.execute(statement)
