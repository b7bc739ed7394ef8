"""Sasaran Mutu of a section (clause 12), Kebijakan Mutu (clause 13): signed in order, replaced, controlled, printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import documents as control
from app.platform.printing.data.quality import QualityPolicy
from app.quality.evaluation import documents, papers, queries
from app.quality.evaluation.transitions import load_document
from app.quality.indicators.service import NewTarget, set_targets
from sync.journal import Journal
from tests.platform.people import Clock, enter
from tests.world.indicator_staff import agree_to_targets

POINTS = [
    ("Pelayanan Prima", "Setiap pengunjung dilayani dengan ramah, aman, dan selamat."),
    ("Tepat waktu", "Janji ditepati."),
]


@dataclass
class Office:
    """The people who write and sign."""

    journal: Journal
    clock: Clock
    who: Callable[[str], Actor]

    def targets(self, year: int = 2026, unit: str = "pelayanan", note: str = "", by: str = "budi") -> int:
        given = {"year": year, "unit": unit, "note": note, "now": self.clock()}
        return documents.draft_targets(self.journal, self.who(by), **given)  # by name

    def policy(self, text: str = "Kami melayani.", note: str = "", points: Any = POINTS) -> int:
        given = {"text": text, "points": points, "note": note, "now": self.clock()}
        return documents.draft_policy(self.journal, self.who("ratna"), **given)

    def sign(self, document_id: int, *usernames: str) -> bool:
        last = False
        for username in usernames:
            digest = load_document(self.journal.db, document_id).digest
            given = {"document_id": document_id, "digest": digest, "now": self.clock()}
            last = documents.sign_document(self.journal, self.who(username), **given)  # by name
        return last

    def raise_target(self, key: str, text: str) -> None:
        change = [NewTarget(f"kecamatan/{key}", text)]
        set_targets(self.journal, self.who("camat"), year=2027, changes=change, now=self.clock())
        agree_to_targets(self.journal, self.who("ratna"), 2027, self.clock())


@pytest.fixture
def office(journal: Journal, clock: Clock, who: Callable[[str], Actor]) -> Office:
    """Documents at work."""
    return Office(journal, clock, who)


def refused(command: Callable[..., Any], *args: Any, **values: Any) -> str:
    with pytest.raises(Problem) as told:
        command(*args, **values)
    return " ".join([told.value.sentence, *told.value.fields.values()])


def test_the_targets_of_a_section_are_made_checked_and_approved_in_this_order(office: Office) -> None:
    db, made = office.journal.db, office.targets()
    content = documents.read_targets(load_document(db, made))
    assert content.title == "Sasaran Mutu Seksi Pelayanan Umum Tahun 2026"
    assert len(content.lines) == 26
    first = content.lines[0]
    assert (first.name, first.target, first.measured) == (
        "KTP selesai sesuai janji",
        "paling sedikit 95%",
        "setiap triwulan",
    )
    asked = [(signature.label, signature.post) for signature in queries.signatures_of(db, f"quality/{made}")]
    assert asked == [
        ("Dibuat oleh", "Kasi Pelayanan Umum"),
        ("Diperiksa oleh", "Sekretaris Kecamatan"),
        ("Disetujui oleh", "Camat"),
    ]
    assert "Sekarang giliran Budi Santoso" in refused(office.sign, made, "ratna")
    assert "Sekarang giliran Budi Santoso" in refused(office.sign, made, "sari")
    assert not office.sign(made, "budi", "ratna")
    assert documents.document_in_force(db, "targets", 2026, "pelayanan") is None, "a draft until the last signature"
    assert office.sign(made, "camat")
    row = documents.document_in_force(db, "targets", 2026, "pelayanan")
    assert row
    assert (row.id, row.revision, row.effective_on) == (made, 0, "2026-12-28")
    assert "sudah berubah" in refused(office.sign, made, "camat")


def test_each_signs_once_and_only_what_he_read(office: Office) -> None:
    enter(office.journal, {"tono": {"name": "Tono Wijaya", "roles": ["kasi", "camat"]}}, now=office.clock())
    made = office.targets()
    given = {"document_id": made, "digest": "0" * 64, "now": office.clock()}
    assert "sudah diganti" in refused(documents.sign_document, office.journal, office.who("budi"), **given)
    for text in ("", "  "):
        back = {"document_id": made, "reason": text, "now": office.clock()}
        assert refused(documents.withdraw_document, office.journal, office.who("budi"), **back)
    assert "Satu draf masih menunggu" in refused(office.targets, by="ratna")
    documents.withdraw_document(
        office.journal, office.who("budi"), document_id=made, reason="Keliru", now=office.clock()
    )
    again = office.targets()
    assert load_document(office.journal.db, again).revision == 0, "a draft that was taken back has used no number"
    assert office.sign(again, "budi", "ratna", "camat")


def test_a_revision_says_what_changed_and_replaces_the_one_before(office: Office) -> None:
    db = office.journal.db
    assert "Belum ada target 2027" in refused(office.targets, 2027)
    office.raise_target("ktp_on_time", "96")
    first = office.targets(2027)
    office.sign(first, "budi", "ratna", "camat")
    assert "Isinya sama" in refused(office.targets, 2027, note="Ulang")
    office.raise_target("files_returned", "10")
    row = load_document(db, first)
    assert documents.targets_changed(db, row)
    assert "Tulis apa yang berubah" in refused(office.targets, 2027)
    second = office.targets(2027, note="Berkas kembali diturunkan")
    office.sign(second, "budi", "ratna", "camat")
    known = [
        (revision.revision, revision.state) for revision in documents.revisions_of(db, "targets", 2027, "pelayanan")
    ]
    assert known == [(1, "in_force"), (0, "replaced")]
    assert len(documents.read_targets(load_document(db, first)).lines) == 1, "the old revision is as it was signed"


def test_the_policy_names_prime_service_and_the_safety_of_visitors(office: Office) -> None:
    for points in (
        [],
        [("Tepat waktu", "Janji ditepati.")],
        [("Pelayanan Prima", "Kami ramah.")],
        [("Pelayanan Prima", "Pengunjung aman.")],
    ):
        assert "keamanan dan keselamatan" in refused(office.policy, points=points)
    first = office.policy()
    assert [signature.label for signature in queries.signatures_of(office.journal.db, f"quality/{first}")] == [
        "Ditetapkan oleh"
    ]
    assert documents.policy_in_force(office.journal.db) is None
    assert "Sekarang giliran Hadi Purnomo" in refused(office.sign, first, "ratna")
    assert office.sign(first, "camat")
    second = office.policy("Kami melayani lebih baik.", "Kalimat pembuka")
    known = documents.policy_in_force(office.journal.db)
    assert known
    assert known[0].text == "Kami melayani.", "until the new one is signed"
    office.sign(second, "camat")
    assert [document.state for document in documents.list_documents(office.journal.db, "policy")] == [
        "in_force",
        "replaced",
    ]


def test_the_guarantee_has_its_own_text_version_and_day_of_adoption(office: Office) -> None:
    """Clause 12: beside the policy, replaced by a new revision, signed by who heads the office."""
    db = office.journal.db
    given: dict[str, Any] = {"points": [], "now": office.clock(), "kind": "guarantee"}
    ratna = office.who("ratna")
    first = documents.draft_policy(office.journal, ratna, text="Kami menjamin.", note="", **given)
    assert documents.document_number(load_document(db, first)) == "JP-01"
    draft = papers.document_paper(db, load_document(db, first), ratna, office.clock(), "")[1]
    assert isinstance(draft, QualityPolicy)
    assert draft.adopted_on is None
    office.sign(first, "camat")
    office.sign(office.policy(), "camat")
    again = documents.draft_policy(office.journal, ratna, text="Kami menjamin penuh.", note="Kata penuh", **given)
    office.sign(again, "camat")
    known, row = documents.policy_in_force(db, "guarantee") or (None, None)
    assert known
    assert row
    paper = papers.document_paper(db, row, ratna, office.clock(), "")[1]
    assert isinstance(paper, QualityPolicy)
    assert (known.title, known.text) == ("Jaminan Pelayanan", "Kami menjamin penuh.")
    assert (paper.control.document, paper.control.revision) == ("JP-01", "01")
    assert paper.adopted_on == office.clock().date()
    assert documents.policy_in_force(db), "the policy stays beside it"


def test_a_draft_says_so_on_paper_and_copies_are_controlled(office: Office) -> None:
    j, made, ratna = office.journal, office.targets(), office.who("ratna")

    def paper(copy: int | None) -> Any:
        row = load_document(j.db, made)
        marked: dict[str, Any] = {
            "document": documents.controlled_document(j.db, row),
            "in_force": row.state == "in_force",
        }
        stamp = control.record_print(j, ratna, form="quality", copy=copy, now=office.clock(), **marked)
        return papers.document_paper(j.db, row, ratna, office.clock(), stamp)[1]

    draft = paper(None)
    assert (draft.stamp, draft.in_force, [one.name for _, one in draft.signers]) == ("DRAF", "", ["", "", ""])
    assert "belum berlaku" in refused(paper, 1)
    office.sign(made, "budi", "ratna", "camat")
    assert paper(None).stamp == "TIDAK TERKENDALI"
    assert [paper(3).stamp, paper(3).stamp] == ["TERKENDALI 3", "TERKENDALI 3, cetakan ke-2"]
    signed = paper(control.ORIGINAL)
    assert (signed.stamp, signed.control.document, signed.control.issued_on) == (
        "ASLI",
        "SM-PELAYANAN-2026",
        date(2026, 12, 28),
    )
    assert [(label, signer.name, signer.nip) for label, signer in signed.signers] == [
        ("Dibuat oleh", "Budi Santoso", "198006232005011003"),
        ("Diperiksa oleh", "Ratna Puspita", "197805142003122001"),
        ("Disetujui oleh", "Hadi Purnomo", "197102031996031002"),
    ]
    document = documents.controlled_document(j.db, load_document(j.db, made))
    given: dict[str, Any] = {"document": document, "in_force": True, "old_returned": False, "now": office.clock()}
    assert "belum dicetak" in refused(
        control.record_copy_received, j, office.who("camat"), number=1, received_by="", **given
    )
    control.record_copy_received(j, office.who("budi"), number=3, received_by="", **given)
    lines = control.copy_lines(j.db, document, ratna)
    assert [(line.number, line.received.received_by if line.received else "") for line in lines] == [
        (1, ""),
        (2, ""),
        (3, "Budi Santoso"),
    ]


def test_what_the_secretary_answers_for_is_made_by_him_and_approved_by_the_chief(office: Office) -> None:
    made = office.targets(unit="sekretaris", by="ratna")
    asked = [
        (signature.label, signature.post) for signature in queries.signatures_of(office.journal.db, f"quality/{made}")
    ]
    assert asked == [("Dibuat oleh", "Sekretaris Kecamatan"), ("Disetujui oleh", "Camat")]


def test_a_policy_keeps_eight_points_with_names_and_words(office: Office) -> None:
    """At most eight points; a point without a name or without words is told at its own field."""

    def wrong(points: Any, text: str = "Kami melayani.") -> list[str]:
        with pytest.raises(Problem) as told:
            office.policy(text, points=points)
        return sorted(told.value.fields)

    assert wrong([*POINTS, ("", "Tanpa nama")]) == ["name3"]
    assert wrong([*POINTS, ("Tanpa bunyi", " ")]) == ["point3"]
    assert wrong([*POINTS, ("x" * 61, "Panjang")]) == ["name3"]
    assert wrong([*POINTS, ("Panjang", "x" * 401)]) == ["point3"]
    assert wrong(POINTS, " ") == ["text"]
    assert wrong(POINTS, "x" * 2001) == ["text"]
    many = [*POINTS, ("x" * 60, "x" * 400), *[(f"Butir {n}", "Bunyi") for n in range(4, 11)]]
    made = office.policy("x" * 2000, points=[*many[:2], (" ", ""), *many[2:]])
    kept = documents.read_policy(load_document(office.journal.db, made)).points
    assert kept == many[:7], "the empty point is one of eight places, and what stands after the eighth is no point"


def test_a_first_revision_needs_no_note_and_a_later_one_does(office: Office) -> None:
    db = office.journal.db
    first = office.policy()
    assert (load_document(db, first).revision, load_document(db, first).note) == (0, "")
    assert "Satu draf masih menunggu" in refused(office.policy, "Lain.", "Lain")
    office.sign(first, "camat")
    assert "Isinya sama" in refused(office.policy, note="Ulang")
    assert "Tulis apa yang berubah" in refused(office.policy, "Kami melayani semua.")
    second = office.policy("Kami melayani semua.", "Kata semua")
    assert (load_document(db, second).revision, load_document(db, second).note) == (1, "Kata semua")
    assert load_document(db, second).digest != load_document(db, first).digest


def test_only_sections_whose_targets_stand_in_no_document_wait_for_one(office: Office) -> None:
    db = office.journal.db
    waiting = documents.units_to_draft(db, 2026)
    assert waiting["pelayanan"] == "Seksi Pelayanan Umum"
    assert documents.units_to_draft(db, 2027) == {}
    made = office.targets()
    assert "pelayanan" not in documents.units_to_draft(db, 2026), "its draft waits for signatures"
    assert not documents.targets_changed(db, load_document(db, made))
    office.sign(made, "budi", "ratna", "camat")
    assert set(documents.units_to_draft(db, 2026)) == set(waiting) - {"pelayanan"}
    assert (documents.adopted_on(load_document(db, made)), documents.document_title(load_document(db, made))) == (
        date(2026, 12, 28),
        "Sasaran Mutu Seksi Pelayanan Umum Tahun 2026",
    )


def test_a_draft_waits_at_the_desk_of_the_next_signer_alone(office: Office) -> None:
    db, made = office.journal.db, office.targets()

    def waits() -> list[tuple[str, str]]:
        return [
            (name, label)
            for name in ("budi", "ratna", "camat", "sari")
            for row, label in documents.documents_for(db, office.who(name), office.clock())
            if row.id == made
        ]

    for name, label in (("budi", "Dibuat oleh"), ("ratna", "Diperiksa oleh"), ("camat", "Disetujui oleh")):
        assert waits() == [(name, label)]
        office.sign(made, name)
    assert waits() == []


def test_only_those_who_draft_lay_a_document_before_the_signers(office: Office) -> None:
    given: dict[str, Any] = {"text": "Kami melayani.", "points": POINTS, "note": "", "now": office.clock()}
    for name in ("sari", "oki", "ida", "desi"):
        assert "bukan wewenang" in refused(office.targets, by=name), name
        assert "bukan wewenang" in refused(documents.draft_policy, office.journal, office.who(name), **given), name
