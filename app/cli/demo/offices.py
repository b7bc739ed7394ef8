"""The offices of the demo: one of each kind, and a kecamatan that runs every service."""

from collections.abc import Mapping
from dataclasses import dataclass

from schema.definitions import SERVICES, definition_text
from schema.profiles import load_profile
from tests.world.cast import (
    ALL_SERVICES_CAST,
    BANK_CAST,
    BIRO_CAST,
    CENTRE,
    CENTRE_CAST,
    OFFICE,
    OFFICE_CAST,
    POLTEKKES_CAST,
    Member,
)


@dataclass(frozen=True)
class DemoPartner:
    """The receiving side of the demo: the print centre, or the bank. `name` is what the office calls it,
    `title` and `word` what the demo does.
    """

    name: str
    title: str
    word: str
    identity: Mapping[str, str]
    cast: tuple[Member, ...]


@dataclass(frozen=True)
class DemoOffice:
    """An office of the demo. `name` is its short one; `more` are services beside those of its profile, `second` a
    partner that comes later, on the walk."""

    profile: str
    name: str
    identity: Mapping[str, str]
    cast: tuple[Member, ...]
    partner: DemoPartner | None = None
    more: tuple[str, ...] = ()
    second: DemoPartner | None = None

    @property
    def code(self) -> str:
        return self.identity["office.code"]

    @property
    def services(self) -> tuple[str, ...]:
        return (*load_profile(self.profile).services, *self.more)

    def further_standards(self) -> list[str]:
        return [definition_text(SERVICES / f"{name}.toml") for name in self.more]


DUKCAPIL = DemoPartner(
    "Dispenduk Capil Lumajang",
    "Pusat",
    "pusat",
    {
        "centre.code": CENTRE,
        "centre.name": "Dispenduk Capil Lumajang",
        "centre.full_name": "Dinas Kependudukan dan Pencatatan Sipil",
        "centre.regency": "Kabupaten Lumajang",
        "centre.place": "Lumajang",
        "centre.postal": "Jalan Contoh 8, Lumajang",
        "centre.contact": "Telepon (0334) 000000",
    },
    CENTRE_CAST,
)
BANK = DemoPartner(
    "Bank Contoh",
    "Bank",
    "bank",
    {
        "centre.code": "bank-0001",
        "centre.name": "Bank Contoh",
        "centre.regency": "Jakarta",
        "centre.place": "Jakarta",
    },
    BANK_CAST,
)
KECAMATAN = DemoOffice(
    "kecamatan",
    "Yosowilangun",
    {
        "office.code": OFFICE,
        "office.name": "Kecamatan Yosowilangun",
        "office.short_name": "Yosowilangun",
        "office.regency": "Kabupaten Lumajang",
        "office.place": "Yosowilangun",
        "office.postcode": "67382",
        "office.address": "Jalan Raya Yosowilangun",
        "office.slip_prefix": "YSW",
        "office.centre_place": "Lumajang",
    },
    OFFICE_CAST,
    DUKCAPIL,
)
EVERY_SERVICE = DemoOffice(
    "kecamatan", "Yosowilangun", KECAMATAN.identity, ALL_SERVICES_CAST, DUKCAPIL, ("kartu-pns", "ktm", "hotline"), BANK
)
POLTEKKES = DemoOffice(
    "poltekkes",
    "Poltekkes Contoh",
    {
        "office.code": "990001",
        "office.name": "Poltekkes Kemenkes Contoh",
        "office.short_name": "Poltekkes Contoh",
        "office.regency": "Kementerian Kesehatan",
        "office.place": "Jakarta",
        "office.address": "Jalan Contoh 3",
        "office.slip_prefix": "PLT",
    },
    POLTEKKES_CAST,
    BANK,
)
BIRO = DemoOffice(
    "biro",
    "Biro Organisasi",
    {
        "office.code": "990002",
        "office.name": "Biro Organisasi Sekretariat Daerah",
        "office.short_name": "Biro Organisasi",
        "office.regency": "Provinsi Contoh",
        "office.place": "Banjarbaru",
        "office.address": "Jalan Contoh 7",
        "office.slip_prefix": "BRO",
    },
    BIRO_CAST,
)
OFFICES = {"kecamatan": KECAMATAN, "poltekkes": POLTEKKES, "biro": BIRO, "semua": EVERY_SERVICE}
"""Kind of demo → its office; `semua` is the kecamatan with all services."""
