"""Commands of the office: first run, settings, villages, calendar and hours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from app.core.asked import Amount, Choice, Day, Several, Text, Tick
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor, require
from app.core.problems import SENTENCES, Problem, check_found, check_known, check_nothing_wrong
from app.core.workdays import DAY_KEYS, HoursError, parse_spans
from app.platform.office import queries, settings
from app.platform.office.events import (
    HolidayData,
    HolidaysSet,
    HoursSet,
    OfficeSetUp,
    SeriesData,
    SeriesSet,
    SettingChanged,
    ShiftSet,
    VillageData,
    VillageSet,
)
from app.platform.office.numbers import check_pattern, new_start, usual_series
from app.platform.office.queries import listed_pauses, listed_readings, network_plan, shipped_update
from app.platform.office.settings import NetworkPlan
from app.platform.office.standards import propose_standard
from app.platform.people.changes import AddPerson
from app.platform.people.events import ProfileChosen
from app.platform.people.hashing import OFFICE_PC, Cost
from app.platform.people.queries import profile_of
from app.platform.people.service import add_person
from app.room import NOTHING, office_command
from schema.database import Database
from schema.definitions import SERVICES, definition_text
from schema.profiles import STANDARD, Profile, load_profile
from schema.seed_data import seed_holidays, seed_kecamatan, seed_villages
from sync.journal import Journal


@office_command("office.settings")
def take_shipped_calendar(journal: Journal, actor: Actor, *, year: int, now: datetime) -> int:
    """Write the program's file of a year into the office's table; returns the year. Raises Problem where nothing
    differs."""
    update = shipped_update(journal.db, year)
    if not update.days and not update.removed:
        raise Problem.of("conflict", why=f"Kalender {year} sudah sama dengan yang dibawa program.")
    reason = f"Kalender {year} yang dibawa program diambil alih."
    set_holidays(journal, actor, days=update.days, removed=update.removed, now=now, reason=reason)
    return year


HOLIDAY_KINDS = {"libur": "Libur nasional", "cuti_bersama": "Cuti bersama", "lokal": "Libur kantor ini"}


@office_command("office.settings")
def add_holiday(
    journal: Journal,
    actor: Actor,
    *,
    on_date: Annotated[date, Day("Tanggal", "Isi tanggal.", future=True)],
    name: Annotated[str, Text("Nama hari libur", "Isi namanya.", most=100)],
    kind: Annotated[str, Choice("Jenis", SENTENCES["choose_from_list"], choices=HOLIDAY_KINDS)],
    basis: Annotated[str, Text("Dasar", "Isi dasar hukumnya, misalnya SKB atau surat edaran.", most=200)],
    now: datetime,
) -> int:
    """A day off that the office writes down itself; returns its year. Promises that were given stay."""
    day = HolidayData(on_date.isoformat(), name, kind, basis, "kantor")
    set_holidays(journal, actor, days=[day], removed=[], reason=basis, now=now)
    return on_date.year


@office_command("office.settings")
def remove_holiday(
    journal: Journal,
    actor: Actor,
    *,
    on_date: str,
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> int:
    """A day off becomes a working day; returns its year. Raises Problem `not_found`."""
    year = 0
    if on_date[:4].isdecimal():
        year = int(on_date[:4])
    known = {day.on_date for day in queries.list_holidays(journal.db, year)}
    check_known(on_date, known, "Hari libur itu")
    set_holidays(journal, actor, days=[], removed=[on_date], reason=reason, now=now)
    return year


def set_holidays(
    journal: Journal, actor: Actor, *, days: Iterable[HolidayData], removed: Iterable[str], reason: str, now: datetime
) -> None:
    """Change the calendar. The due dates of running cases stay as promised; new ones follow the new calendar."""
    require(actor, "office.settings")
    if not reason.strip():
        raise Problem.of("reason_needed")
    record_change(journal, actor, HolidaysSet(list(days), list(removed), reason.strip()), "calendar", now)


HOURS_OF_DAY = Text("Jam", most=80)
PAST_HOURS = "Jam kerja hanya dapat diubah mulai hari ini; yang sudah lewat tetap tercatat."


OPENLY = "Saya tahu: tanpa TLS, isian dan kata sandi dapat dibaca orang lain di jaringan ini"


class Week(msgspec.Struct, frozen=True):
    """Hours of the days of a week as typed (`07.30-12.00, 13.00-16.00`); empty where the office is closed."""

    senin: Annotated[str, Text("Senin", most=80)] = ""
    selasa: Annotated[str, Text("Selasa", most=80)] = ""
    rabu: Annotated[str, Text("Rabu", most=80)] = ""
    kamis: Annotated[str, Text("Kamis", most=80)] = ""
    jumat: Annotated[str, Text("Jumat", most=80)] = ""
    sabtu: Annotated[str, Text("Sabtu", most=80)] = ""
    minggu: Annotated[str, Text("Minggu", most=80)] = ""


@office_command("office.settings")
def set_hours(
    journal: Journal,
    actor: Actor,
    *,
    name: Annotated[str, Text("Nama jam kerja", "Beri nama, misalnya Jam kerja biasa.", most=80)],
    since: Annotated[date, Day("Mulai tanggal", SENTENCES["from_day"], future=True, past=PAST_HOURS)],
    until: Annotated[date | None, Day("Sampai tanggal (boleh kosong)", future=True)],
    week: Week,
    basis: Annotated[str, Text("Dasar", "Isi dasarnya, misalnya surat edaran.", most=300)],
    now: datetime,
) -> None:
    """Hours of the week from a day on, to `until` where they end by themselves. Raises Problem `invalid`.

    Hours are only ever added, from a day on that has not passed: what was reckoned with earlier ones stays explained.
    """
    texts = {key: getattr(week, key) for key in DAY_KEYS}
    wrong = span_faults(texts)
    if until is not None and until < since:
        wrong["until"] = "Hari terakhir tidak boleh sebelum hari pertama."
    if not any(texts.values()):
        wrong[DAY_KEYS[0]] = "Isi jam kerja paling sedikit satu hari."
    check_nothing_wrong(wrong)
    number = journal.next_id("office_hours")
    last = ""
    if until is not None:
        last = until.isoformat()
    body = HoursSet(number, name, since.isoformat(), last, list(texts.values()), basis)
    record_change(journal, actor, body, "calendar", now)


@office_command("office.settings")
def set_shift(
    journal: Journal,
    actor: Actor,
    *,
    day: Annotated[date, Day("Tanggal", "Isi tanggal.", future=True, past="Hari yang sudah lewat tidak dapat diubah.")],
    name: Annotated[str, Text("Keterangan", "Isi keterangannya, misalnya Layanan Sabtu.", "shift_name", most=80)],
    spans: Annotated[str, HOURS_OF_DAY],
    now: datetime,
) -> None:
    """Hours of one day in place of the usual ones, also on a day off; empty hours bring the usual ones back."""
    check_nothing_wrong(span_faults({"spans": spans}))
    record_change(journal, actor, ShiftSet(day.isoformat(), name, spans), "calendar", now)


def span_faults(texts: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    for field, text in texts.items():
        try:
            parse_spans(text)
        except HoursError as error:
            wrong[field] = str(error)
    return wrong


def pause_choices(db: Database, on: date) -> dict[str, str]:
    return {reason.id: reason.label for reason in listed_pauses(db, on).values()}


@office_command("office.settings")
def set_pauses(
    journal: Journal,
    actor: Actor,
    *,
    enabled: Annotated[Sequence[str], Several("Alasan jeda yang boleh dipakai", choices=pause_choices)],
    now: datetime,
) -> None:
    """Switch listed reasons on; all others are off. A pause that already runs goes on. Raises Problem `invalid`."""
    change_setting(journal, actor, key="pauses.enabled", value=enabled, now=now)


@office_command("office.settings")
def set_readings(
    journal: Journal,
    actor: Actor,
    *,
    chosen: Annotated[Sequence[str], Several("Bacaan lain yang dipakai", choices=listed_readings)],
    now: datetime,
) -> None:
    """Limits that the office reads in another way from now on; those that run keep theirs. Raises Problem `invalid`."""
    limits = {reading.rpartition("/")[0] for reading in chosen}
    if len(limits) < len(chosen):
        raise Problem.of("invalid", {"chosen": "Pilih satu bacaan untuk setiap batas waktu."})
    change_setting(journal, actor, key="limits.readings", value=chosen, now=now)


@office_command("office.settings")
def set_network(
    journal: Journal,
    actor: Actor,
    *,
    opened: Annotated[bool, Tick("Buka untuk komputer lain di jaringan kantor", name="open")],
    hosts: Annotated[str, Text("Nama atau alamat komputer ini", most=300)],
    without_tls: Annotated[bool, Tick(OPENLY)],
    now: datetime,
) -> NetworkPlan:
    """Open or close the office to its network from the next start on. Raises Problem `invalid`, `forbidden`."""
    try:
        names = settings.parse_hosts(hosts)
    except Problem as problem:
        raise Problem.of("invalid", {"hosts": problem.fields["network.hosts"]}) from problem
    if opened and not names:
        raise Problem.of("invalid", {"hosts": "Tulis nama atau alamat komputer ini, supaya komputer lain dilayani."})
    without_tls = opened and without_tls
    values = {"network.open": opened, "network.hosts": " ".join(names), "network.without_tls": without_tls}
    change_settings(journal, actor, values, now)
    return network_plan(journal.db)


@office_command("office.settings")
def set_identity(journal: Journal, actor: Actor, *, identity: settings.Identity, now: datetime) -> None:
    """Change who the office is, as its letters and pages say it."""
    values = {name.replace("_", ".", 1): value for name, value in msgspec.structs.asdict(identity).items()}
    change_settings(journal, actor, values, now)


@office_command("office.settings")
def change_settings(journal: Journal, actor: Actor, values: Mapping[str, Any], now: datetime) -> None:
    """Change those of some settings that differ, all or none. Raises Problem."""
    known = settings.all_settings(journal.db)
    for key, value in values.items():
        if known[key] != value:
            change_setting(journal, actor, key=key, value=value, now=now)


def change_setting(journal: Journal, actor: Actor, *, key: str, value: Any, now: datetime) -> None:
    require(actor, "office.settings")
    settings.check_setting(key, value)
    record_change(journal, actor, SettingChanged(key, value), "office", now)


@office_command("office.settings")
def set_village(
    journal: Journal,
    actor: Actor,
    *,
    code: str,
    name: Annotated[str, Text("Nama desa", "Isi nama desa.", most=60)],
    head_name: Annotated[str, Text("Kepala desa", most=100)] = "",
    head_nip: Annotated[str, Text("NIP", most=30)] = "",
    now: datetime,
) -> str:
    """Change what is kept of a village; returns its name. Raises Problem `not_found`."""
    check_found(queries.village_names(journal.db).get(code), "Desa itu")
    body = VillageSet(VillageData(code, name, head_name, head_nip))
    record_change(journal, actor, body, f"village/{code}", now)
    return name


@office_command("office.settings")
def set_series(
    journal: Journal,
    actor: Actor,
    *,
    name: str,
    pattern: Annotated[str, Text("Pola", "Isi pola, misalnya {n:04}/{year}.", most=60)],
    start: Annotated[int, Amount("Mulai dari nomor", least=1, most=999_999, outside=SENTENCES["up_to_999999"])],
    now: datetime,
) -> str:
    """Give a number series a pattern and the number with which this year goes on; returns its name. Raises Problem
    `invalid`."""
    check_pattern(pattern, name)
    series = new_start(journal.db, name, pattern, start, office_date(now), journal.epoch)
    record_change(journal, actor, SeriesSet(series), f"series/{name}", now)
    return name


def record_change(journal: Journal, actor: Actor, body: msgspec.Struct, subject: str, now: datetime) -> None:
    with journal.transaction():
        journal.record(body, subject=subject, actor=actor.username, at=now)


# -- first run -------------------------------------------------------------------------------------------------


OFFICE_CODE = re.compile(r"[0-9]{6}")
"""What marks an office among those that exchange with the same partner; of a kecamatan it is that of its region."""
FOUNDER = Actor(0, "Persiapan", "system", frozenset({"admin"}))


class NewPerson(msgspec.Struct, frozen=True):
    """Somebody entered at first run; `key` names the row in the problems of :func:`found_office`.

    `hashed`: the first password as it was kept between the steps, checked when it was typed. `must_change`: somebody
    else typed or made it.
    """

    username: str
    name: str
    roles: tuple[str, ...]
    password: str
    nip: str = ""
    area: str | None = None
    key: str = ""
    hashed: str = ""
    must_change: bool = True


def found_office(
    journal: Journal,
    *,
    identity: Mapping[str, Any],
    people: Sequence[NewPerson],
    starts: Mapping[str, int],
    effective_on: date | None,
    now: datetime,
    standard_text: str | None = None,
    cost: Cost = OFFICE_PC,
    patterns: Mapping[str, str] = NOTHING,
    own: Sequence[VillageData] | None = None,
    profile: str = STANDARD,
) -> None:
    """Found the journal and write everything of the first run, or nothing.

    `effective_on` is from when the standards of the profile's services (or `standard_text` alone) are to be in force,
    once they are signed; None proposes none. `own` are the villages as an office that has some edited them; without it
    they come from the region rows. Raises Problem with one sentence
    per wrong field: setting keys, `people`, `key/field` of a person, `pattern/series`.
    """
    if queries.is_set_up(journal.db):
        raise Problem.of("conflict", why="Kantor ini sudah disiapkan.")
    code = str(identity.get("office.code", ""))
    chosen = load_profile(profile, journal.db.folder)
    check_code(chosen, code)
    check_keepers(chosen, people)
    year = office_date(now).year
    series = [
        SeriesData(name, patterns.get(name) or usual, starts.get(name, 1), year)
        for name, usual in usual_series(chosen).items()
    ]
    holidays = [HolidayData(str(day.date), day.name, day.kind, day.basis, day.source) for day in seed_holidays()]
    if chosen.villages:
        usual = own_villages(code)
    else:
        usual = []
    villages = usual if own is None else own
    try:
        with journal.transaction():
            if not journal.has_identity:
                journal.open_epoch(code, now)
            if profile != STANDARD:
                record_change(journal, FOUNDER, ProfileChosen(profile), "office", now)
            whole = usual_identity(chosen, identity)
            set_up(journal, FOUNDER, identity=whole, villages=villages, series=series, holidays=holidays, now=now)
            add_people(journal, people, now, cost)
            if effective_on is not None:
                if standard_text:
                    texts = [standard_text]
                else:
                    texts = first_standards(chosen)
                for text in texts:
                    propose_standard(journal, FOUNDER, text=text, effective_on=effective_on, now=now)
    except BaseException:
        journal.forget()
        raise


def check_code(profile: Profile, code: str) -> None:
    known = code in dict(kecamatan_choices()) if profile.villages else OFFICE_CODE.fullmatch(code)
    if not known:
        if profile.villages:
            why = SENTENCES["kecamatan"]
        else:
            why = SENTENCES["office_code"]
        raise Problem.of("invalid", {"office.code": why})


def check_keepers(profile: Profile, people: Iterable[NewPerson]) -> None:
    """Somebody must be there who goes on with the set-up."""
    keepers = profile.marked("sets_up")
    if not any(keepers & set(person.roles) for person in people):
        names = " atau ".join(profile.short(role) for role in profile.side_roles("office") if role in keepers)
        raise Problem.of("invalid", {"people": f"Paling sedikit satu {names} harus diisi."})


def usual_identity(profile: Profile, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed; wall clock and arms that were left empty are those that the profile proposes, as are its codes of
    letters."""
    usual: dict[str, Any] = {"office.zone": profile.zone, "office.arms": settings.to_data_address(profile.emblem_bytes)}
    if profile.classification:
        usual["letters.codes"] = list(profile.classification)
    return {**typed, **{key: value for key, value in usual.items() if not typed.get(key)}}


def first_standards(profile: Profile) -> list[str]:
    """The texts of the services with which an office of this kind begins."""
    return [
        definition_text(SERVICES / f"{name}.toml") for name in profile.services if (SERVICES / f"{name}.toml").is_file()
    ]


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
    year = office_date(now).year
    usual = {name: SeriesData(name, pattern, 1, year) for name, pattern in usual_series(profile_of(journal.db)).items()}
    own = usual | {row.name: row for row in series}
    wrong: dict[str, str] = {}
    for key, value in identity.items():
        try:
            settings.check_setting(key, value)
        except Problem as problem:
            wrong |= problem.fields
    for key in ("office.code", "office.name", "office.regency", "office.place"):
        if not str(identity.get(key, "")).strip():
            wrong.setdefault(key, "Wajib diisi.")
    for name, item in own.items():
        try:
            check_pattern(item.pattern)
        except Problem as problem:
            wrong[f"pattern/{name}"] = problem.fields["pattern"]
    check_nothing_wrong(wrong)
    body = OfficeSetUp(dict(identity), list(villages), list(own.values()), list(holidays))
    record_change(journal, actor, body, "office", now)


def add_people(journal: Journal, people: Sequence[NewPerson], now: datetime, cost: Cost = OFFICE_PC) -> None:
    wrong: dict[str, str] = {}
    for new in people:
        person = AddPerson(new.username, new.name, new.roles, new.nip, area=new.area)
        keys: dict[str, Any] = {"password": new.password, "hashed": new.hashed, "must_change": new.must_change}
        try:
            add_person(journal, SYSTEM, person, now=now, cost=cost, **keys)
        except Problem as problem:
            wrong |= {f"{new.key or new.username}/{name}": text for name, text in problem.fields.items()}
    check_nothing_wrong(wrong)


def own_villages(code: str) -> list[VillageData]:
    return [VillageData(village.code, village.name) for village in seed_villages(code)]


def kecamatan_choices() -> list[tuple[str, str]]:
    """(code, name) of every kecamatan of the regency."""
    return [(kecamatan.code, kecamatan.name) for kecamatan in seed_kecamatan()]


def suggest_identity(code: str) -> dict[str, str]:
    """What usually follows from the kecamatan, by setting key; nothing for an unknown one."""
    name = dict(kecamatan_choices()).get(code)
    if name is None:
        return {}
    return {"office.name": f"Kecamatan {name}", "office.short_name": name, "office.place": name}
