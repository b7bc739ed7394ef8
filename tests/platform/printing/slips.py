"""Examples of the small papers."""

from datetime import UTC, date, datetime

from app.core.workdays import Calendar, Holiday
from app.platform.printing.data import cases as shapes
from tests.platform.printing import samples

OFF = {19: Holiday("Nyepi"), 21: Holiday("Idulfitri"), 22: Holiday("Idulfitri")}
OFF |= {day: Holiday("cuti bersama", "cuti_bersama") for day in (18, 20, 23, 24)}
MARCH = Calendar({date(2026, 3, day): holiday for day, holiday in OFF.items()})


def receipt() -> shapes.Receipt:
    return shapes.Receipt(
        **samples.base("PELY-02/F-01"),
        subject=samples.SUBJECT,
        received_at=datetime(2026, 3, 2, 1, 20, tzinfo=UTC),
        received_by="Retno Wulandari",
        brought=("Formulir F-1.02 (SP: F-1.07)", "Fotokopi Kartu Keluarga"),
        missing=("Surat pengantar desa", "Pas foto 3 × 4, latar biru"),
    )


def promise_slip() -> shapes.PromiseSlip:
    return shapes.PromiseSlip(
        **samples.base("PELY-02/F-02"),
        subject=samples.SUBJECT,
        complete_at=datetime(2026, 3, 2, 1, 31, tzinfo=UTC),
        due_on=date(2026, 3, 25),
        working_days=12,
        days=tuple(
            shapes.CalendarDay(
                on=day.date, number=day.number or 0, off="" if day.kind in ("start", "workday") else day.reason
            )
            for day in MARCH.explain(date(2026, 3, 2), 12)
        ),
    )
