"""Commands and queries of the office: set-up, settings, villages, calendar, standards, devices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem
from app.office import queries, settings
from app.office.events import (
    DeviceNoted,
    HolidayData,
    HolidaysSet,
    OfficeSetUp,
    SeriesData,
    SeriesSet,
    SettingChanged,
    VillageData,
    VillageSet,
)
from app.office.numbers import check_pattern, new_start, usual_series
from app.office.queries import DEVICES, listed_pauses, network_plan, shipped_update
from app.office.settings import NetworkPlan
from app.office.standards import propose_standard
from app.people.events import ProfileChosen
from app.people.service import add_person
from schema.data_folder import scratch_folder
from schema.definitions import SERVICES, definition_text
from schema.migrations import Side
from schema.profiles import STANDARD, load_profile
from schema.seed_data import seed_holidays, seed_kecamatan, seed_regency, seed_villages
from sync.entries import JournalError
from sync.journal import Journal
from sync.verification import StillNeededError, destroy_bodies, redacted_body


def take_shipped_calendar(journal: Journal, actor: Actor, *, year: int, now: datetime) -> None:
    """Write the program's file of a year into the office's table. Raises Problem where nothing differs."""
    require(actor, "office.settings")
    update = shipped_update(journal.db, year)
    if not update.days and not update.removed:
        raise Problem.of("conflict", why=f"Kalender {year} sudah sama dengan yang dibawa program.")
    set_holidays(
        journal,
        actor,
        days=update.days,
        removed=update.removed,
        now=now,
        reason=f"Kalender {year} yang dibawa program diambil alih.",
    )


def set_pauses(journal: Journal, actor: Actor, *, enabled: Iterable[str], on: date, now: datetime) -> None:
    """Switch listed reasons on; all others are off. A pause that already runs goes on. Raises Problem `invalid`."""
    require(actor, "office.settings")
    wanted = list(dict.fromkeys(enabled))
    if set(wanted) - set(listed_pauses(journal.db, on)):
        raise Problem.of("invalid", {"enabled": "Pilih alasan dari daftar standar pelayanan."})
    change_setting(journal, actor, key="pauses.enabled", value=wanted, now=now)


def set_network(
    journal: Journal, actor: Actor, *, opened: bool, hosts: str, without_tls: bool, now: datetime
) -> NetworkPlan:
    """Open or close the office to its network from the next start on. Raises Problem `invalid`, `forbidden`."""
    require(actor, "office.settings")
    try:
        names = settings.parse_hosts(hosts)
    except Problem as problem:
        raise Problem.of("invalid", {"hosts": problem.fields["network.hosts"]}) from problem
    if opened and not names:
        raise Problem.of("invalid", {"hosts": "Tulis nama atau alamat komputer ini, supaya komputer lain dilayani."})
    values = {
        "network.open": opened,
        "network.hosts": " ".join(names),
        "network.without_tls": opened and without_tls,
    }
    with journal.transaction():
        known = settings.all_settings(journal.db)
        for key, value in values.items():
            if known[key] != value:
                change_setting(journal, actor, key=key, value=value, now=now)
    return network_plan(journal.db)


# -- first run -------------------------------------------------------------------------------------------------


def set_up(
    journal: Journal,
    actor: Actor,
    *,
    identity: Mapping[str, Any],
    villages: Iterable[VillageData],
    series: Iterable[SeriesData],
    holidays: Iterable[HolidayData],
    now: datetime,
) -> None:
    """First run of an empty office. `identity` maps setting keys to values; missing series get their default.

    Raises Problem `invalid` with one sentence per wrong field.
    """
    wrong: dict[str, str] = {}
    for key, value in identity.items():
        try:
            settings.check_setting(key, value)
        except Problem as problem:
            wrong |= problem.fields
    for key in ("office.code", "office.name", "office.regency", "office.place"):
        if not str(identity.get(key, "")).strip():
            wrong.setdefault(key, "Wajib diisi.")
    if wrong:
        raise Problem.of("invalid", wrong)
    own = {one.name: one for one in series}
    year = office_date(now).year
    for name, pattern in usual_series().items():
        own.setdefault(name, SeriesData(name, pattern, 1, year))
    for one in own.values():
        check_pattern(one.pattern)
    with journal.transaction():
        journal.record(
            OfficeSetUp(dict(identity), list(villages), list(own.values()), list(holidays)),
            subject="office",
            actor=actor.username,
            at=now,
        )


def change_setting(journal: Journal, actor: Actor, *, key: str, value: Any, now: datetime) -> None:
    require(actor, "office.settings")
    settings.check_setting(key, value)
    with journal.transaction():
        journal.record(SettingChanged(key, value), subject="office", actor=actor.username, at=now)


def set_village(journal: Journal, actor: Actor, *, village: VillageData, now: datetime) -> None:
    require(actor, "office.settings")
    if not (village.code.isdigit() and len(village.code) == 10 and village.name.strip()):
        raise Problem.of("invalid", {"code": "Kode desa 10 angka dan nama desa wajib diisi."})
    with journal.transaction():
        journal.record(VillageSet(village), subject=f"village/{village.code}", actor=actor.username, at=now)


def set_series(journal: Journal, actor: Actor, *, name: str, pattern: str, start: int, now: datetime) -> None:
    """Give a number series a pattern and the number with which this year goes on. Raises Problem `invalid`."""
    require(actor, "office.settings")
    check_pattern(pattern)
    if not 0 < start < 1_000_000:
        raise Problem.of("invalid", {"start": "Nomor awal antara 1 dan 999.999."})
    with journal.transaction():
        series = new_start(journal.db, name, pattern, start, office_date(now), journal.epoch)
        journal.record(SeriesSet(series), subject=f"series/{name}", actor=actor.username, at=now)


def set_holidays(
    journal: Journal, actor: Actor, *, days: Iterable[HolidayData], removed: Iterable[str], reason: str, now: datetime
) -> None:
    """Change the calendar. The due dates of running cases stay as promised; new ones follow the new calendar."""
    require(actor, "office.settings")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        journal.record(
            HolidaysSet(list(days), list(removed), reason.strip()), subject="calendar", actor=actor.username, at=now
        )


def note_device(journal: Journal, actor: Actor, *, name: str, works: bool, note: str, now: datetime) -> None:
    require(actor, "device.note")
    if name not in DEVICES:
        raise Problem.of("invalid", {"name": "Pilih alat dari daftar."})
    if not works and not note.strip():
        raise Problem.of("invalid", {"note": "Tulis apa yang rusak."})
    with journal.transaction():
        journal.record(
            DeviceNoted(name, works, note.strip()[:300], office_date(now).isoformat()),
            subject=f"device/{name}",
            actor=actor.username,
            at=now,
        )


# -- standards -------------------------------------------------------------------------------------------------


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


def found_office(
    journal: Journal,
    *,
    identity: Mapping[str, Any],
    people: Sequence[NewPerson],
    starts: Mapping[str, int],
    effective_on: date | None,
    now: datetime,
    standard_text: str | None = None,
    cost: Any = None,
    patterns: Mapping[str, str] | None = None,
    own: Sequence[VillageData] | None = None,
    profile: str = STANDARD,
) -> None:
    """Found the journal and write everything of the first run, or nothing.

    `effective_on` is from when the first standard is to be in force, once it is signed; None proposes none. `own` are
    the villages as the office edited them; without it they come from the region rows. Raises Problem with one sentence
    per wrong field: setting keys, `people`, `key/field` of a person, `pattern/series`.
    """
    if queries.is_set_up(journal.db):
        raise Problem.of("conflict", why="Kantor ini sudah disiapkan.")
    code = str(identity.get("office.code", ""))
    if code not in {one.code for one in seed_kecamatan()}:
        raise Problem.of("invalid", {"office.code": SENTENCES["kecamatan"]})
    chosen = load_profile(profile)
    keepers = chosen.marked("sets_up")
    if not any(keepers & set(one.roles) for one in people):
        names = " atau ".join(chosen.short(role) for role in chosen.side_roles("office") if role in keepers)
        raise Problem.of("invalid", {"people": f"Paling sedikit satu {names} harus diisi."})
    series = own_series(starts, office_date(now), patterns)
    places = own_villages(code) if own is None else list(own)
    try:
        with journal.transaction():
            if not journal.has_identity:
                journal.open_epoch(code, now)
            if profile != STANDARD:
                journal.record(ProfileChosen(profile), subject="office", actor=FOUNDER.username, at=now)
            set_up(
                journal,
                FOUNDER,
                identity=identity,
                villages=places,
                series=series,
                holidays=shipped_holidays(),
                now=now,
            )
            add_people(journal, people, now, cost)
            if effective_on is not None:
                text = standard_text or definition_text(SERVICES / "ktp-el.toml")
                propose_standard(journal, FOUNDER, text=text, effective_on=effective_on, now=now)
    except BaseException:
        journal.forget()
        raise


def add_people(journal: Journal, people: Sequence[NewPerson], now: datetime, cost: Any = None) -> None:
    extra = {"cost": cost} if cost is not None else {}
    wrong: dict[str, str] = {}
    for one in people:
        try:
            add_person(
                journal,
                SYSTEM,
                username=one.username,
                name=one.name,
                roles=one.roles,
                nip=one.nip,
                area=one.area,
                password=one.password,
                now=now,
                **extra,
            )
        except Problem as problem:
            wrong |= {f"{one.key or one.username}/{name}": text for name, text in problem.fields.items()}
    if wrong:
        raise Problem.of("invalid", wrong)


def own_villages(code: str) -> list[VillageData]:
    return [VillageData(one.code, one.name) for one in seed_villages(code)]


def own_series(starts: Mapping[str, int], today: date, patterns: Mapping[str, str] | None = None) -> list[SeriesData]:
    """Every series with its pattern and the number with which the office goes on this year. Raises Problem."""
    wrong, found = {}, []
    for name, usual in usual_series().items():
        pattern = (patterns or {}).get(name) or usual
        try:
            check_pattern(pattern)
        except Problem as problem:
            wrong[f"pattern/{name}"] = problem.fields["pattern"]
        found.append(SeriesData(name, pattern, starts.get(name, 1), today.year))
    if wrong:
        raise Problem.of("invalid", wrong)
    return found


def shipped_holidays() -> list[HolidayData]:
    return [HolidayData(one.date.isoformat(), one.name, one.kind, one.basis, one.source) for one in seed_holidays()]


def kecamatan_choices() -> list[tuple[str, str]]:
    """(code, name) of every kecamatan of the regency."""
    return [(one.code, one.name) for one in seed_kecamatan()]


def suggest_identity(code: str) -> dict[str, str]:
    """What usually follows from the kecamatan, by setting key; nothing for an unknown one."""
    name = next((one.name for one in seed_kecamatan() if one.code == code), "")
    if not name:
        return {}
    return {"office.name": f"Kecamatan {name}", "office.short_name": name, "office.place": name}


def regency_name() -> str:
    return seed_regency().name


MOST_REASON = 300
STILL_NEEDED = (
    "Isi itu masih dipakai tabel kantor, jadi tidak dimusnahkan: {first} Betulkan atau kosongkan dulu datanya dari "
    "halaman berkasnya."
)
NOT_DESTROYABLE = (
    "Isi itu tidak dapat dimusnahkan di sini: barisnya tidak ada, sudah dimusnahkan, bukan milik kantor ini sendiri, "
    "atau jenisnya tidak memuat orang."
)


def destroy_entries(
    journal: Journal,
    side: Side,
    actor: Actor,
    places: Sequence[tuple[int, str, int]],
    *,
    reason: str,
    folder: Path,
    now: datetime,
) -> None:
    """Destroy the bodies of entries of our own, (epoch, stream, n) each. The PIN was asked before.

    The journal is replayed in `folder` first, minutes at ten years. Raises Problem; then nothing was destroyed.
    """
    require(actor, "office.settings")
    if not reason.strip() or len(reason) > MOST_REASON:
        raise Problem.of("invalid", {"reason": f"Tulis alasannya, paling panjang {MOST_REASON} huruf."})
    named = [(journal.source, *place) for place in places]
    try:
        redacted = {place: redacted_body(journal, place) for place in named}
        with scratch_folder(folder) as own:
            destroy_bodies(
                journal,
                side,
                redacted,
                reason=reason.strip(),
                actor=actor.username,
                at=now,
                scratch=own / "scratch.sqlite3",
            )
    except StillNeededError as needed:
        raise Problem.of("conflict", why=STILL_NEEDED.format(first=needed)) from needed
    except JournalError as error:
        raise Problem.of("conflict", why=NOT_DESTROYABLE) from error
