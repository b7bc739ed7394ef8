"""Three partners, two on the network and one on paper: each dispatch and each arrival names its own, and no other."""

import re
from datetime import date

import pytest
from flask import Flask

from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.events import CaseAdvanced
from app.core.permissions import SYSTEM
from sync.enrolment import save_peer
from sync.journal import Journal
from sync.keys import make_keys
from tests.casework.batches.services import STALL_PLATE
from tests.platform.office.adopting import put_in_force
from tests.platform.people import MUNDER, Browser
from tests.services.ktp.desk import Desk

CROWD = (
    STALL_PLATE.replace('id = "plakat-lapak"', 'id = "izin-keramaian"')
    .replace('case_code = "PLK"', 'case_code = "IKR"')
    .replace("Plakat lapak", "Izin keramaian")
    .replace('stream = "perdagangan"', 'stream = "polsek"')
    .replace('name = "Dinas Perdagangan Kabupaten Contoh"', 'name = "Kepolisian Sektor Contoh"')
    .replace("Dinas Perdagangan", "Polsek")
)
NAMES = {"ktp-el": "Dispenduk Capil", "plakat-lapak": "Dinas Perdagangan", "izin-keramaian": "Polsek"}


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """The three standards in force."""
    put_in_force(journal, STALL_PLATE, on=date(2026, 2, 1))
    put_in_force(journal, CROWD, on=date(2026, 2, 2))
    return journal


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Dispenduk Capil and Dinas Perdagangan run Loket; the Polsek has none."""
    desk.enrol()
    keys = make_keys("perdagangan-3508").public
    with desk.journal.db.writing():
        streams = ("perdagangan", desk.journal.source)
        save_peer(desk.journal.db, keys, "Dinas Perdagangan", epoch=1, lane="", streams=streams, now=desk.now)
    return desk


def ready_case(desk: Desk, service: str) -> int:
    """A case of a service that waits to be sent."""
    if service == "ktp-el":
        return desk.ready()
    raw = {"kind": "baru", "stall": "A-17", "owner": "Bu Sarmi", "goods": "Sayur", "market": MUNDER}
    sari = desk.who("sari")
    opened = opening.open_case(
        desk.journal, sari, opening.Application(service=service, raw=raw, ticked={}), now=desk.now
    )
    case = cases.case_by_id(desk.journal.db, opened.id)
    assert case is not None
    needs = case_requirements(moving.case_definition(desk.journal.db, case), case)
    states = {need.id: ("present", "") for need in needs}
    cases.check_items(desk.journal, sari, case_id=opened.id, now=desk.now, states=states, seen={})
    moving.advance_case(desk.journal, sari, case_id=opened.id, outcome="fit", now=desk.now)
    return opened.id


def said(page: str) -> str:
    """What the page itself says, without menu and masthead; tabs of the services name them all."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main is not None
    return re.sub(r'<nav class="tabs.*?</nav>', "", main[0], flags=re.DOTALL)


@pytest.mark.parametrize("service", NAMES)
def test_each_page_names_its_own_partner(desk: Desk, web: Flask, service: str) -> None:
    made = desk.send(ready_case(desk, service))
    budi, sari = Browser(web, "budi"), Browser(web, "sari")
    pages = [
        (budi, f"/pengiriman/{made}"),
        (budi, f"/pengiriman/{made}?baris=semua"),
        (sari, f"/pengiriman/?layanan={service}"),
        (sari, f"/kartu/kedatangan?layanan={service}"),
        (sari, f"/pengiriman/{made}/jawaban"),
        (budi, f"/pengiriman/perbedaan?layanan={service}"),
        (budi, f"/keseimbangan/?layanan={service}"),
    ]
    words = {path: said(reader.get(path).get_data(as_text=True)) for reader, path in pages}
    others = [name for own, name in NAMES.items() if own != service]
    assert [(path, name) for path, text in words.items() for name in others if name in text] == []
    assert f"Jawaban {NAMES[service]}" in words[f"/pengiriman/{made}"]
    assert f"daftar kirim {NAMES[service]}" in words[f"/kartu/kedatangan?layanan={service}"]


def test_supervision_names_the_partner_who_refused(desk: Desk, web: Flask) -> None:
    """Two answered by the connection, each about a case of its own service."""
    for service in ("ktp-el", "plakat-lapak"):
        case = cases.case_by_id(desk.journal.db, ready_case(desk, service))
        assert case is not None
        body = CaseAdvanced(
            case.id, "refused", case.step, case.step, case.place, str(desk.now.date()), note=f"Salah {service}"
        )
        with desk.journal.transaction():
            desk.journal.record(body, subject=f"case/{case.id}", actor=SYSTEM.username, at=desk.now)
    page = Browser(web, "ratna").get("/pengawasan/").get_data(as_text=True)
    rows = {service: row for row in page.split("<tr>") for service in NAMES if f"Salah {service}" in row}
    assert "<small>Dispenduk Capil, lewat Loket</small>" in rows["ktp-el"]
    assert "<small>Dinas Perdagangan Kabupaten Contoh, lewat Loket</small>" in rows["plakat-lapak"]


def test_only_who_has_a_key_opens_a_stick(desk: Desk, web: Flask) -> None:
    """The Polsek has no key: nothing is written for it on a stick, and nothing says that it opens one."""
    budi = Browser(web, "budi")
    plate, crowd = (desk.send(ready_case(desk, service)) for service in ("plakat-lapak", "izin-keramaian"))
    carried = said(budi.get(f"/pengiriman/{plate}").get_data(as_text=True))
    assert "hanya Dinas Perdagangan yang bisa membuka" in carried
    on_paper = said(budi.get(f"/pengiriman/{crowd}").get_data(as_text=True))
    assert "yang bisa membuka" not in on_paper
    assert "Polsek menjawab pada lampiran" in on_paper
