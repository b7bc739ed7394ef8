"""Examples of the larger papers of the counter."""

from datetime import UTC, date, datetime

from app.desk.population_form import marked_attachments, marked_columns
from app.printing.data import cases as shapes
from app.printing.data import common
from tests.printing import samples
from tests.printing.sheets_road import PEOPLE

KINDS = ("Baru", "Pindah datang", "Perubahan data", "Hilang", "Rusak", "Luar domisili", "Perpanjangan ITAP")


def _field(label: str, value: str, filled: bool, **more: object) -> shapes.FormField:
    return shapes.FormField(label=label, value=value if filled else "", **more)  # type: ignore[arg-type]


def form_body(filled: bool) -> shapes.FormBody:
    return shapes.FormBody(
        title="Permohonan KTP-el",
        form_label="Formulir F-1.02 (dalam SP disebut F-1.07)",
        photo="biru" if filled else "",
        village="Kraton" if filled else "",
        village_head="",
        statement="Saya menyatakan isian ini benar. Bila ternyata tidak benar, saya bersedia dituntut menurut aturan.",
        sections=(_application(filled), _person(filled), _address(filled)),
        requirements=(
            shapes.FormRequirement(label="Surat pengantar desa", rule="SP 2.1", chosen=filled),
            shapes.FormRequirement(label="Pas foto 3 × 4 berwarna, 1 lembar", rule="SP 2.2", chosen=filled),
            shapes.FormRequirement(label="Fotokopi Kartu Keluarga", rule="SP 2.3", chosen=filled),
            shapes.FormRequirement(label="Surat kehilangan", rule="bila hilang, Perpres 96/2018"),
            shapes.FormRequirement(label="KTP-el lama atau yang rusak", rule="bila rusak, Perpres 96/2018"),
            shapes.FormRequirement(label="Surat pindah", rule="bila pindah datang, Perpres 96/2018"),
        ),
    )


def _application(filled: bool) -> shapes.FormSection:
    kinds = tuple(shapes.Choice(label=kind, chosen=filled and kind == "Baru") for kind in KINDS)
    return shapes.FormSection(title="Permohonan", fields=(shapes.FormField(label="Jenis", options=kinds),))


def _person(filled: bool) -> shapes.FormSection:
    sex = tuple(shapes.Choice(label=s, chosen=filled and s == "Perempuan") for s in ("Laki-laki", "Perempuan"))
    return shapes.FormSection(
        title="Pemohon",
        fields=(
            _field("Nama lengkap", samples.SUBJECT.name, filled, help="tanpa gelar"),
            _field("NIK", "3508994112080003", filled, boxes=16),
            _field("Nomor KK", "3508990403150007", filled, boxes=16),
            _field("Tempat lahir", "LUMAJANG", filled, half=True),
            _field("Tanggal lahir", "01122008", filled, boxes=8, half=True, hint="ttbbtttt"),
            shapes.FormField(label="Jenis kelamin", options=sex),
            _field("Nama ibu kandung", "SITI AMINAH", filled),
            _field("Nomor telepon", "0812 0000 0000", filled),
        ),
    )


def _address(filled: bool) -> shapes.FormSection:
    return shapes.FormSection(
        title="Alamat menurut KK",
        fields=(
            _field("Alamat", "DUSUN KRAJAN", filled),
            _field("RT", "003", filled, boxes=3, half=True),
            _field("RW", "001", filled, boxes=3, half=True),
            _field("Desa", "Kraton", filled, half=True),
            _field("Kode pos", "67382", filled, boxes=5, half=True),
        ),
    )


def filled_form() -> shapes.FilledForm:
    return shapes.FilledForm(
        **samples.base("PELY-02/F-00"),  # type: ignore[arg-type]
        number="0398/KTP/2026",
        code="4K7M-Q2XQ",
        body=form_body(True),
        applicant="ANISA RAHMAWATI",
        received_at=datetime(2026, 3, 2, 1, 20, tzinfo=UTC),
        received_by="Retno Wulandari",
        checked_by="Retno Wulandari",
        qr="0398/KTP/2026-K",
    )


def blank_form() -> shapes.BlankForm:
    return shapes.BlankForm(
        **samples.base("PELY-02/F-00"),  # type: ignore[arg-type]
        body=form_body(False),
        numbers=tuple(shapes.ReservedNumber(number=f"04{n}/KTP/2026", qr=f"04{n}/KTP/2026-K") for n in (21, 22, 23)),
        reserved_for="Desa Kraton",
    )


def hand_over() -> shapes.HandOver:
    return shapes.HandOver(
        **samples.base("PELY-02/F-07"),  # type: ignore[arg-type]
        subject=samples.SUBJECT,
        product="KTP-el",
        receiver="SITI AMINAH",
        relation="ibu, penerima kuasa",
        authority="Surat kuasa F-1.07 tanggal 26 Maret 2026",
        identity="KTP-el penerima, slip permohonan",
        surrendered="KTP-el lama, rusak (patah)",
        serial="A0012345",
        handed_on=date(2026, 3, 26),
        handed_at=datetime(2026, 3, 26, 2, 15, tzinfo=UTC),
        handed_by=common.Official(name="Retno Wulandari", post="Petugas Loket", nip="00000000 000000 0 006"),
        due_on=date(2026, 3, 25),
        arrived_on=date(2026, 3, 24),
    )


def recording_list(count: int = 6) -> shapes.RecordingList:
    lines = tuple(
        shapes.RecordingLine(
            number=number if place < len(PEOPLE) else str(500 + place).zfill(4),
            name=name,
            nik=nik,
            birth_on=date(2008, 5, 1 + place % 28),
            address="Dusun Krajan RT 003 RW 001",
            time=f"{8 + place // 6:02d}.{place % 6 * 10:02d}",
            status="belum pernah direkam",
        )
        for place in range(count)
        for number, name, nik, _, _ in [PEOPLE[place % len(PEOPLE)]]
    )
    return shapes.RecordingList(
        **samples.base("PELY-02/F-03"),  # type: ignore[arg-type]
        title="Jadwal Perekaman KTP-el",
        arrangement="schedule",
        on=date(2026, 3, 9),
        place="Ruang rekam kecamatan",
        device="berfungsi, diperiksa 9 Maret 2026 07.40",
        groups=(shapes.RecordingGroup(title="Sesi pagi", lines=lines),),
        officer=samples.OPERATOR,
    )


def waiting_list() -> shapes.RecordingList:
    """The same paper arranged by village, for a round through the villages."""
    scheduled = recording_list(12).groups[0].lines
    return shapes.RecordingList(
        **samples.base("PELY-02/F-03"),  # type: ignore[arg-type]
        title="Menunggu Perekaman per Desa",
        arrangement="village",
        on=None,
        place="Semua desa",
        device="rusak sejak 4 Maret 2026",
        groups=(
            shapes.RecordingGroup(title="Kalipepe", lines=scheduled[:5]),
            shapes.RecordingGroup(title="Kraton", lines=scheduled[5:]),
        ),
    )


def ready_codes() -> shapes.ReadyCodes:
    return shapes.ReadyCodes(
        **samples.base("PELY-02/F-11"),  # type: ignore[arg-type]
        service="KTP-el",
        on=date(2026, 3, 26),
        codes=("4K7M-Q2XQ", *(f"{place:04}-71HX" for place in range(1, 40))),
    )


def call_list() -> shapes.CallList:
    codes = ("4K7M-Q2XQ", "2P9D-71HX", "8W4N-3JXH", "3H5T-RR8E", "6R1C-0VFT")
    lines = tuple(
        shapes.CallLine(
            code=code,
            number=person[0],
            name=person[1],
            arrived_on=date(2026, 3, 24),
            contact=("0812 0000 0000", "lewat desa")[place % 2],
            address="Dusun Krajan RT 003 RW 001",
            calls=("", "25 Mar, telepon, tidak diangkat")[place % 2],
        )
        for place, (code, person) in enumerate(zip(codes, PEOPLE, strict=False))
    )
    return shapes.CallList(
        **samples.base("PELY-02/F-08"),  # type: ignore[arg-type]
        on=date(2026, 3, 26),
        service="KTP-el",
        groups=(
            shapes.CallGroup(village="Kraton", lines=lines[:2]),
            shapes.CallGroup(village="Yosowilangun Lor", lines=lines[2:]),
        ),
    )


def population_form() -> shapes.PopulationForm:
    """F-1.02 of the same applicant, who lost her card."""
    return shapes.PopulationForm(
        **samples.base("PELY-02/F-1.02"),  # type: ignore[arg-type]
        number="0398/KTP/2026",
        code="F-1.02",
        name="ANISA RAHMAWATI",
        nik="3508994112080003",
        family_key="3508990403150007",
        columns=marked_columns("hilang"),
        attachments=marked_attachments(()),
        on=date(2026, 3, 2),
        checked_by="Retno Wulandari",
    )
