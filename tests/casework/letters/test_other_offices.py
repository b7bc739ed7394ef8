"""Letters of a polytechnic and of a bureau: the forms of a ministry, those of a region, one signed electronically."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.compose_office import make_office_app
from app.platform.signatures import service as roots
from app.platform.signatures.queries import signing_of
from sync.journal import Journal
from tests.casework.letters.test_drafts import row_of
from tests.casework.letters.test_forms import id_of, in_order, offered_form
from tests.platform.people import SECRET_KEY, START, Browser, Clock, actor_of
from tests.platform.printing.reading import text_of
from tests.world import authority
from tests.world.cast import PIN

Office = tuple[Journal, Callable[[str], Browser]]


@pytest.fixture
def office(kind: str, tmp_path: Path) -> Iterator[Office]:
    """An office of another kind, and the browser of each who works there."""
    journal = make_office(tmp_path, OFFICES[kind], now=START, on=START.date(), starts={})
    with closing(journal.db):
        app = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": Clock(START)})
        yield journal, lambda username: Browser(app, username)


def numbered(office: Office, kind: str, way: dict[str, str]) -> str:
    """A letter of a kind from its draft to its number: `drafter`, `initials`, `signer` and `clerk` by user name, and
    by which roles. The address of its page."""
    _, browser = office
    drafter = browser(way["drafter"])
    page = drafter.get(f"/surat-keluar/baru?jenis={kind}").get_data(as_text=True)
    sent = offered_form(page) | {"initials": [way["initial_role"]], "signatory": [way["sign_role"]]}
    made = drafter.post("/surat-keluar/baru", sent)
    assert made.status_code == 303, made.get_data(as_text=True)
    where = str(made.headers["Location"])
    for person, deed in (("drafter", "ajukan"), ("initials", "paraf"), ("signer", "tanda-tangan")):
        done = browser(way[person]).post(f"{where}/{deed}", {"seen": "1", "pin": PIN})
        assert done.status_code == 303, (deed, done.get_data(as_text=True))
    assert browser(way["clerk"]).post(f"{where}/nomor").status_code == 303
    return where


CAMPUS = {
    "drafter": "dimas",
    "initials": "bagas",
    "initial_role": "kabag",
    "signer": "laksmi",
    "sign_role": "direktur",
    "clerk": "rahma",
}
BUREAU = {
    "drafter": "halimah",
    "initials": "noor",
    "initial_role": "kabag_kpp",
    "signer": "syahrul",
    "sign_role": "kepala_biro",
    "clerk": "rusdi",
}


@pytest.mark.parametrize("kind", ["poltekkes"])
def test_a_polytechnic_writes_as_a_ministry_does(office: Office, tmp_path: Path) -> None:
    journal, browser = office
    order = numbered(office, "surat_tugas", CAMPUS)
    printed = text_of(browser("rahma").post(f"{order}/cetak").data, tmp_path)
    parts = ("SURAT TUGAS", "NOMOR", "Menimbang", "Dasar", "MEMBERI TUGAS:", "Kepada", "NIP", "Untuk", "Direktur,")
    in_order(printed, *parts, "Laksmi Ayuningtyas")
    assert row_of(journal, id_of(order)).number in printed
    assert "MENUGASKAN" not in printed
    assert "Dikeluarkan" not in printed
    memo = numbered(office, "nota_dinas", CAMPUS)
    printed = text_of(browser("rahma").post(f"{memo}/cetak").data, tmp_path)
    in_order(printed, "NOTA DINAS", "NOMOR", "Yth.", "Dari", "Tanggal", "Sifat", "Lampiran", "Hal", "Direktur,")
    assert "Kepada" not in printed
    assert "Tembusan" not in printed


@pytest.mark.parametrize("kind", ["biro"])
def test_a_bureau_writes_as_a_region_does_and_signs_electronically(office: Office, tmp_path: Path) -> None:
    journal, browser = office
    memo = numbered(office, "nota_dinas", BUREAU)
    printed = text_of(browser("rusdi").post(f"{memo}/cetak").data, tmp_path)
    in_order(printed, "NOTA DINAS", "Kepada", "Dari", "Tanggal", "Nomor", "Sifat", "Lampiran", "Hal")
    certificate = authority.root().der
    root = roots.propose_root(
        journal, actor_of(journal.db, "noor", START.date()), data=certificate, source="Uji", now=START
    )
    roots.confirm_root(journal, actor_of(journal.db, "syahrul", START.date()), root_id=root, now=START)
    assert browser("rusdi").post(f"{memo}/tte").status_code == 303
    out = signing_of(journal.db, f"outgoing/{id_of(memo)}")
    assert out is not None
    handed = browser("rusdi").get(f"/lampiran/{out.handed_file_id}?unduh=1").data
    signed = authority.sign(handed, authority.person("Syahrul Anwari"))
    back = browser("rusdi").post(f"{memo}/tte/kembali", {"signed": (io.BytesIO(signed), "nota.pdf")})
    assert back.status_code == 303, back.get_data(as_text=True)
    assert browser("rusdi").post(f"{memo}/cetak").data == signed
