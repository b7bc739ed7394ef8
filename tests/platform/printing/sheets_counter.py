"""Examples of the larger papers of the counter."""

from datetime import date

from app.casework.desk.form_papers import marked_attachments, marked_columns
from app.platform.printing.data import cases as shapes
from tests.platform.printing import samples
from tests.platform.printing.sheets_road import PEOPLE


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
        **samples.base("PELY-02/F-03"),
        title="Jadwal Perekaman KTP-el",
        arrangement="schedule",
        on=date(2026, 3, 9),
        place="Ruang rekam kecamatan",
        device="berfungsi, diperiksa 9 Maret 2026 07.40",
        groups=(shapes.RecordingGroup(title="Sesi pagi", lines=lines),),
        officer=samples.OPERATOR,
    )


def ready_codes() -> shapes.ReadyCodes:
    return shapes.ReadyCodes(
        **samples.base("PELY-02/F-11"),
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
        **samples.base("PELY-02/F-08"),
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
        **samples.base("PELY-02/F-1.02"),
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
