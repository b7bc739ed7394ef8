"""Somebody of a collective list asks what a bureau holds of him: found in the list, in the bureau's own words."""

from datetime import timedelta

from app.core.holdings import read_sought
from app.records.privacy.notice import notice_parts
from app.records.privacy.queries import find_person, key_label
from app.records.privacy.register import register_lines
from app.records.privacy.service import receive_request
from app.records.privacy.tasks import due_items, request_tasks
from tests.casework.members.desk import Bureau, nip, person
from tests.platform.people import START


def test_a_row_of_a_list_is_found_by_number_and_a_namesake_apart(bureau: Bureau) -> None:
    bureau.enter(2)
    indah = bureau.who("indah")
    name = person(1)["name"]
    found = find_person(bureau.journal.db, indah, read_sought(nip(1), name))
    [row] = [holding for holding in found.sure if holding.kind == "Orang dalam permohonan"]
    assert dict(row.values)["NIP"] == nip(1)
    other = find_person(bureau.journal.db, indah, read_sought(nip(9), name))
    assert other.sure == []
    [same] = [possible for possible in other.perhaps if possible.kind == "Orang dalam permohonan"]
    assert nip(1) not in repr(same.values), "the number of somebody else stays masked"


def test_a_bureau_speaks_of_its_own_posts_and_applicants(bureau: Bureau) -> None:
    db = bureau.journal.db
    said = " ".join(sentence for part in notice_parts(db, START) for sentence in part.sentences)
    assert "SKPD pemohon" in said
    assert "Kabag KPP" in said
    assert "Petugas Layanan Informasi" in said
    assert "SKPD pemohon" in {line.subjects for line in register_lines(db, START)}
    assert key_label(db, START) == "NIP", "none of its services knows anybody by a NIK"


def test_a_bureaus_request_runs_by_the_clock_of_its_own_zone(bureau: Bureau) -> None:
    indah = bureau.who("indah")
    receive_request(
        bureau.journal,
        indah,
        kind="access",
        name="Pegawai B 1",
        asked_by="",
        shown="Kartu pegawai",
        contact="",
        wish="",
        received_at=START - timedelta(minutes=2),
        now=START,
    )
    [item] = due_items(bureau.journal.db, bureau.who("kepala"), START)
    assert item.deadline.due == "2026-03-15T09:40"
    assert [task.verb for task in request_tasks(bureau.journal.db, indah, START)] == ["Jawab"]
    assert due_items(bureau.journal.db, bureau.who("priyo"), START) == []
