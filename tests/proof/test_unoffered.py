"""No command takes what no form offered: the rule stands in the command, and the page asks the same function."""

from collections.abc import Iterator

import pytest

from app.platform.people.changes import Disable
from app.platform.people.queries import person_names
from app.quality.capa import service as capa_service
from tests.browser.every_page import OFFICE_ROLES, World, lived_in, username
from tests.platform.people import keep_pin
from tests.proof.unoffered import FREE, Office, quickly, read_forms, try_forms
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
    for (person_id,) in list(journal.db.run("SELECT id FROM person")):
        keep_pin(journal.db, person_id, now=now)
    with journal.transaction():
        Disable(made.one("SELECT id FROM person WHERE username = 'wati'"), "Pindah tugas.").write(journal, "ratna", now)
    yield made
    made.stage.close()


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
        found = try_forms(office, forms, tries=by_day(3, 12), most=by_day(2, 8))
    assert found.faults == []
    assert len(found.forms) > 180
    assert found.tried >= MENDED
    assert len(found.forms) - len(found.reached) <= MOST_UNREACHED
    assert found.excused <= set(FREE)


def test_a_rule_that_only_the_page_knows_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that began this: a village clerk answers for an LTPP by a crafted post."""
    office = Office(world.apps["office"], world.stage.office.db, world.stage.now.date())
    forms = [one for one in read_forms(office.app, [(username("kasi"), "/ltpp/1")]) if one.kind == "/ltpp/#/rencana"]
    assert forms
    monkeypatch.setattr(capa_service, "responsible_people", person_names)
    with quickly(monkeypatch):
        found = try_forms(office, forms, tries=6, most=20)
    assert any("person='desi'" in fault for fault in found.faults)
    assert not any("person='wati'" in fault and "500" in fault for fault in found.faults)
