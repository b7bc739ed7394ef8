"""First run of an empty office: identity, people, villages, series, calendar and the first standard, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.office import service
from app.office.events import HolidayData, SeriesData, VillageData
from app.office.numbers import DEFAULT_SERIES, check_pattern
from app.people.service import add_person
from schema.calendar import seed_holidays
from schema.definitions import SERVICES, definition_text
from schema.regions import kecamatan, regency, villages
from sync.journal import Journal

FOUNDER = Actor(0, "Persiapan", "system", frozenset({"admin"}))


class NewPerson(msgspec.Struct, frozen=True):
    """Somebody entered at first run; `key` names the row in the problems of :func:`found_office`."""

    username: str
    name: str
    roles: tuple[str, ...]
    password: str
    nip: str = ""
    area: str | None = None
    key: str = ""


class Signers(msgspec.Struct, frozen=True):
    """The three people for whom a revision of the standard takes effect."""

    maker: str
    checker: str
    approver: str
    effective_on: date


def found_office(journal: Journal, *, identity: Mapping[str, Any], people: Sequence[NewPerson],
                 starts: Mapping[str, int], signers: Signers | None, now: datetime,
                 standard_text: str | None = None, cost: Any = None, patterns: Mapping[str, str] | None = None,
                 own: Sequence[VillageData] | None = None) -> None:  # fmt: skip
    """Found the journal and write everything of the first run, or nothing.

    `own` are the villages as the office edited them; without it they come from the region rows. Raises Problem with
    one sentence per wrong field: setting keys, `people`, `key/field` of a person, `pattern/series`, maker, checker,
    approver.
    """
    if service.is_set_up(journal.db):
        raise Problem.of("conflict", why="Kantor ini sudah disiapkan.")
    code = str(identity.get("office.code", ""))
    if code not in {one.code for one in kecamatan()}:
        raise Problem.of("invalid", {"office.code": "Pilih kecamatan dari daftar."})
    if not any({"sekretaris", "admin"} & set(one.roles) for one in people):
        raise Problem.of(
            "invalid", {"people": "Paling sedikit satu Sekretaris atau Administrator harus diisi."}
        )
    series = own_series(starts, office_date(now), patterns)
    places = own_villages(code) if own is None else list(own)
    try:
        with journal.transaction():
            if not journal.founded:
                journal.found(code, now)
            service.set_up(journal, FOUNDER, identity=identity, villages=places, series=series, holidays=seed(),
                           now=now)  # fmt: skip
            add_people(journal, people, now, cost)
            if signers is not None:
                adopt(journal, signers, standard_text, now)
    except BaseException:
        journal.forget()
        raise


def add_people(journal: Journal, people: Sequence[NewPerson], now: datetime, cost: Any = None) -> None:
    """Everybody of the first run; what is wrong with several of them is said at once."""
    extra = {"cost": cost} if cost is not None else {}
    wrong: dict[str, str] = {}
    for one in people:
        try:
            add_person(journal, SYSTEM, username=one.username, name=one.name, roles=one.roles, nip=one.nip,
                       area=one.area, password=one.password, now=now, **extra)  # fmt: skip
        except Problem as problem:
            wrong |= {f"{one.key or one.username}/{name}": text for name, text in problem.fields.items()}
    if wrong:
        raise Problem.of("invalid", wrong)


def adopt(journal: Journal, signers: Signers, text: str | None, now: datetime) -> None:
    """The first revision of the standard takes effect."""
    service.adopt_standard(
        journal, FOUNDER, text=text or definition_text(SERVICES / "ktp-el.toml"), maker=signers.maker,
        checker=signers.checker, approver=signers.approver, effective_on=signers.effective_on, now=now,
    )  # fmt: skip


def own_villages(code: str) -> list[VillageData]:
    """The villages of a kecamatan from the region rows."""
    return [VillageData(one.code, one.name) for one in villages(code)]


def own_series(
    starts: Mapping[str, int], today: date, patterns: Mapping[str, str] | None = None
) -> list[SeriesData]:
    """Every series with its pattern and the number with which the office goes on this year. Raises Problem."""
    wrong, found = {}, []
    for name, usual in DEFAULT_SERIES.items():
        pattern = (patterns or {}).get(name) or usual
        try:
            check_pattern(pattern)
        except Problem as problem:
            wrong[f"pattern/{name}"] = problem.fields["pattern"]
        found.append(SeriesData(name, pattern, starts.get(name, 1), today.year))
    if wrong:
        raise Problem.of("invalid", wrong)
    return found


def seed() -> list[HolidayData]:
    """The shipped holidays of 2025 to 2027, to be edited by the office."""
    return [
        HolidayData(one.date.isoformat(), one.name, one.kind, one.basis, one.source)
        for one in seed_holidays()
    ]


def kecamatan_choices() -> list[tuple[str, str]]:
    """(code, name) of every kecamatan of the regency."""
    return [(one.code, one.name) for one in kecamatan()]


def suggested(code: str) -> dict[str, str]:
    """What usually follows from the kecamatan, by setting key; nothing for an unknown one."""
    name = next((one.name for one in kecamatan() if one.code == code), "")
    if not name:
        return {}
    return {"office.name": f"Kecamatan {name}", "office.short_name": name, "office.place": name}


def regency_name() -> str:
    """Name of the regency of the shipped regions."""
    return regency().name
