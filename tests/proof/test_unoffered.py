"""No command takes what no form offered: the rule stands in the command, and the page asks the same function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cli.demo.half_year import make_half_year
from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import FOLDERS, open_journal
from app.compose_centre import build_centre
from app.compose_office import make_office_app
from app.core.clock import at_office
from app.platform.people.changes import Disable
from app.platform.people.queries import person_names
from app.platform.web.brakes import GuessBrake
from app.quality.capa import service as capa_service
from app.records.privacy.views.kiosk import make_kiosk_app
from app.services.complaints import service as complaints
from app.services.complaints.views.kiosk import Kiosk
from schema.database import SqliteDatabase
from schema.zone import use_zone
from sync.journal import Journal
from tests.answers import UNOFFERED
from tests.browser.every_page import CENTRE_ROLES, OFFICE_ROLES, World, lived_in, username
from tests.platform.people import keep_pin
from tests.proof.desks.pages import SeenPage
from tests.proof.unoffered import (
    FREE,
    Files,
    FormSeen,
    Office,
    Values,
    forms_on,
    quickly,
    read_forms,
    roam_forms,
    try_forms,
)
from tests.quality.surveys.voting import Voter, give
from tests.services.complaints.desk import Visit
from tests.world.nightly import NIGHTLY, by_day

MOST_UNREACHED = 50
"""Forms whose filling is refused however it is tried: files of a kind of their own, numbers that do not exist."""
MENDED = {
    ("/ltpp/#/rencana", "person"),
    ("/monev/#/tindak-lanjut", "person"),
    ("/monev/baru", "components"),
    ("/pengaturan/pengaduan/seksi", "head"),
    ("/pengaturan/kerja", "centre_runs_loket"),
    ("/perekaman/alat", "name"),
    ("/permohonan/formulir", "layanan"),
    ("/permohonan/formulir", "area"),
    ("/papan/siap/cetak", "layanan"),
    ("/kepuasan/lembar", "layanan"),
    ("/standar/#/cetak", "naskah"),
    ("/berkas/#/kertas/tanda-terima/hasil", "jawaban"),
    ("/sasaran/target/#", "unit-kecamatan/ktp_on_time"),
}
"""What this proof found in November 2026, each taken although no form offered it: tried in every run."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office with work behind it, everybody with a PIN, and somebody who has left."""
    made = lived_in(tmp_path_factory.mktemp("unoffered"))
    journal, now = made.stage.office.journal, made.stage.now
    for side in (journal, made.stage.centre.journal):
        give_pins(side, now)
    with journal.transaction():
        Disable(made.one("SELECT id FROM person WHERE username = 'wati'"), "Pindah tugas.").write(journal, "ratna", now)
    yield made
    made.stage.close()


def give_pins(journal: Journal, now: datetime) -> None:
    """Everybody of a side has the PIN with which forms are filled."""
    for (person_id,) in list(journal.db.run("SELECT id FROM person")):
        keep_pin(journal.db, person_id, now=now)


def addresses(world: World) -> list[tuple[str, str]]:
    """(who, address) of every page by day as one person who may open it, at night as each role."""
    found = [(username(role), path) for role, paths in world.paths("office").items() if role for path in paths]
    every = dict.fromkeys(path for _, path in found)
    found += [(username("camat"), path) for path in every if path.startswith(("/sasaran/target", "/sasaran/evaluasi"))]
    if NIGHTLY:
        found += [(username(role), path) for role in OFFICE_ROLES for path in every]
    return list(dict.fromkeys(found))


def test_what_no_form_offered_is_refused(world: World) -> None:
    office = Office(world.apps["office"], world.stage.office.db, world.stage.now.date())
    forms = list(read_forms(office.app, addresses(world)))
    with quickly(pytest.MonkeyPatch()):
        found = try_forms(office, forms, tries=by_day(3, 12), most=by_day(2, 8), alike=by_day(2, 1000))
    assert found.faults == []
    assert len(found.forms) > 180
    assert found.tried >= MENDED
    assert len(found.forms) - len(found.reached) <= MOST_UNREACHED
    assert found.excused <= set(FREE)


def test_a_rule_that_only_the_page_knows_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that began this: a village clerk answers for an LTPP by a crafted post."""
    office = Office(world.apps["office"], world.stage.office.db, world.stage.now.date())
    forms = [form for form in read_forms(office.app, [(username("kasi"), "/ltpp/1")]) if form.kind == "/ltpp/#/rencana"]
    assert forms
    monkeypatch.setattr(capa_service, "responsible_people", person_names)
    with quickly(monkeypatch):
        found = try_forms(office, forms, tries=6, most=20)
    assert any("person='desi'" in fault for fault in found.faults)
    assert not any("person='wati'" in fault and "500" in fault for fault in found.faults)


# -- other worlds: what their people come to by links ------------------------------------------------------------


TODAY = date(2026, 11, 23)
DAYS = {"poltekkes": by_day(10, 60), "biro": by_day(30, 60), "semua": by_day(30, 80)}
EACH, MOST = by_day(2, 6), by_day(3, 40)
"""Pages of a kind that one person opens, and that all open."""


@dataclass
class Side:
    """An office or its partner at nine in the morning: its pages, its tables, its people."""

    app: Flask
    journal: Journal
    people: Sequence[str]

    def faults(self, least: int) -> list[str]:
        """What the side took although no form offered it; it has `least` kinds of forms or more."""
        seen = list(roam_forms(self.app, self.people, each=EACH, most=MOST))
        office = Office(self.app, self.journal.db, TODAY)
        with quickly(pytest.MonkeyPatch()):
            found = try_forms(office, seen, tries=by_day(2, 12), most=by_day(2, 8), alike=by_day(2, 1000))
        assert len(found.forms) >= least
        assert len(found.reached) * 3 >= len(found.forms) * 2, "two of three forms were filled so that they are taken"
        return found.faults


def open_sides(folder: Path, kind: str) -> Iterator[Side]:
    """The office of a kind, and its partner where it has one."""
    demo, now = OFFICES[kind], at_office(TODAY, 9)
    make_half_year(folder, demo, TODAY, centre_address="127.0.0.1:9", days=DAYS[kind])
    place = folder / FOLDERS["office"]
    office = open_journal("office", place)
    sides = [
        Side(make_office_app(office, place, {"CLOCK": lambda: now}), office, [person.username for person in demo.cast])
    ]
    if demo.partner:
        centre = build_centre(folder / FOLDERS["centre"], now=lambda: now)
        sides.append(Side(centre.pages, centre.journal, [member.username for member in demo.partner.cast]))
    for side in sides:
        give_pins(side.journal, now)
        yield side
        side.journal.db.close()


@pytest.fixture
def zone() -> Iterator[None]:
    """A bureau of another zone leaves this process as it found it."""
    yield
    use_zone("WIB")


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("kind", "forms"),
    [("poltekkes", [by_day(40, 100), 15]), *([("biro", [80]), ("semua", [120, 20])] if NIGHTLY else [])],
)
def test_what_no_form_of_another_office_or_its_partner_offered_is_refused(
    tmp_path: Path, kind: str, forms: list[int]
) -> None:
    """Student cards with their bank, collective cards of civil servants, and at night every service in one office."""
    assert [side.faults(most) for side, most in zip(open_sides(tmp_path, kind), forms, strict=True)] == [
        [] for _ in forms
    ]


def test_what_no_form_of_the_print_centre_offered_is_refused(world: World) -> None:
    people = [username(role) for role in CENTRE_ROLES]
    app = world.apps["centre"]
    assert Side(app, app.extensions["loket"].journal, people).faults(20) == []


# -- the kiosk -----------------------------------------------------------------------------------------------------


CODES = {"/kode": "slip", "/survei": "survey"}
"""Form → which code a visitor types into it."""


class KioskOffice(Office):
    """The kiosk, which has no sign-in. Before each post it forgets what it remembers beside the tables, but not how it
    signs its forms."""

    visitor_codes: Mapping[str, str] = {}

    def send(self, form: FormSeen, data: Mapping[str, object], kind: str) -> int:
        state = self.app.extensions["loket_kiosk"]
        fresh = Kiosk(state.journal)
        fresh.tokens = state.tokens
        self.app.extensions |= {"loket_kiosk": fresh, "loket_survey_misses": GuessBrake()}
        client, environ = self.app.test_client(), {UNOFFERED: True}
        return client.post(form.offer.address, data=data, content_type=kind, environ_overrides=environ).status_code

    def fill(self, form: FormSeen, attempt: int) -> tuple[Values, Files]:
        values, files = super().fill(form, attempt)
        typed = {"code": [self.visitor_codes[CODES[form.kind]]]} if form.kind in CODES else {}
        return values | typed, files


def answered_line(world: World) -> str:
    """The slip code of a complaint whose answer waits for its complainant's word."""
    journal, now, officer = world.stage.office.journal, world.stage.now, world.actor("information")
    visitor = complaints.Visitor("Antrean tidak bernomor")
    line = complaints.write_line(journal, officer, channel="desk", visitor=visitor, now=now, category="speed")
    said: dict[str, Any] = {"complaint_id": line.id, "now": now}
    complaints.write_follow_up(journal, world.actor("kasi"), text="Nomor antrean dipasang.", **said)
    complaints.write_answer(journal, officer, text="Sudah kami pasang.", **said)
    return line.code


def kiosk_pages(visit: Visit, codes: Mapping[str, str]) -> Iterator[SeenPage]:
    """The pages of the kiosk with a form, as two visitors with a code of each kind come to them."""
    voter = Voter(visit)
    seen = {path: visit.client.get(path).text for path in ("/tulis", "/kode", "/survei")}
    seen["/puas"] = visit.ask(codes["slip"]).text
    seen["/survei/jawab"] = voter.begin(codes["survey"]).page
    seen["/survei/kirim"] = voter.answer("333333333").page
    for path, html in seen.items():
        yield SeenPage(f"http://localhost{path}", 200, html)


def test_what_no_form_of_the_kiosk_offered_is_refused(world: World) -> None:
    stage = world.stage
    app = make_kiosk_app(stage.office.journal, {"CLOCK": lambda: stage.now})
    survey = give(stage.office.journal, world.case_in("@done"), stage.now)
    assert isinstance(stage.office.db, SqliteDatabase)
    office = KioskOffice(app, stage.office.db, stage.now.date())
    office.visitor_codes = {"slip": answered_line(world), "survey": survey}
    forms = [form for page in kiosk_pages(Visit(app), office.visitor_codes) for form in forms_on(page)]
    with quickly(pytest.MonkeyPatch()):
        found = try_forms(office, forms, tries=4, most=by_day(2, 8))
    assert found.faults == []
    assert {kind for kind, *_ in found.reached} == {kind for kind, *_ in found.forms}
    assert {form.kind for form in forms} == {"/tulis", "/kode", "/puas", "/survei", "/survei/jawab", "/survei/kirim"}
