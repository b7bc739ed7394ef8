"""A computed figure in a kecamatan: it opens to its cases, nobody types it, the Camat's targets judge it."""

from datetime import UTC, datetime

from flask import Flask

from app.core.periods import Period
from app.quality.indicators import queries, service, tasks
from app.quality.indicators.views.figures import parts_of_figure
from tests.platform.people import Browser, Clock
from tests.services.complaints.conftest import book, office_file, web
from tests.services.complaints.desk import BookDesk
from tests.world.indicator_staff import agree_to_targets

__all__ = ["book", "office_file", "web"]
KEY = "kecamatan/complaints_first_answer"
PAGE, FACTS = f"/sasaran/indikator/{KEY}", f"/sasaran/indikator/{KEY}/rincian?periode=2026-S1"


def test_a_computed_figure_opens_to_its_cases_and_is_typed_by_nobody(web: Flask, book: BookDesk, clock: Clock) -> None:
    settled, late = book.write("Antrean panjang.", category="speed"), book.write("Kipas mati.", category="comfort")
    book.follow(settled)
    book.answer(settled)
    clock.at = datetime(2026, 7, 6, 2, tzinfo=UTC)
    kasi, camat, ida = (Browser(web, name) for name in ("budi", "camat", "ida"))
    today, period = clock().date(), Period("semester", 2026, 1)
    assert queries.achievement(book.journal.db, KEY, period, today).state == "no_target"
    assert "Tetapkan target 2026" in [
        task.title for task in tasks.indicator_tasks(book.journal.db, camat.actor, clock())
    ]
    service.adopt_targets(book.journal, camat.actor, year=2026, now=clock())
    assert queries.achievement(book.journal.db, KEY, period, today).state == "no_target", "it waits for a second person"
    assert "Setujui target 2026" in [task.title for task in tasks.indicator_tasks(book.journal.db, kasi.actor, clock())]
    agree_to_targets(book.journal, kasi.actor, 2026, clock())
    one = queries.achievement(book.journal.db, KEY, period, today)
    assert (one.state, one.numerator, one.denominator) == ("missed", 1, 2)
    shown = kasi.get(FACTS).text
    for line in (settled, late):
        assert f'href="/pengaduan/{line.id}"' in shown
        assert line.number in shown
    only_late = kasi.get(f"{FACTS}&masuk=tidak").text
    assert f'href="/pengaduan/{late.id}"' in only_late
    assert f'href="/pengaduan/{settled.id}"' not in only_late
    refused = ida.post(f"{PAGE}/isi", {"period": "2026-S1", "numerator": "2", "denominator": "2"})
    assert refused.status_code == 409
    assert "tidak dapat diketik" in refused.text
    assert "Isi capaian" not in ida.get(PAGE).text
    assert "1 dari 2" in camat.get("/sasaran?periode=2026-S1").text
    assert Browser(web, "desi").get("/sasaran").status_code == 403


def test_what_a_share_is_told_apart_by(web: Flask, book: BookDesk, clock: Clock) -> None:
    """A promise by village, what was returned by village and reason, a median or a line of the book by neither."""
    headings: dict[str, set[tuple[str, ...]]] = {}
    with web.test_request_context():
        for key, indicator in queries.indicators_of(book.journal.db).items():
            one = queries.achievement(book.journal.db, key, Period("quarter", 2026, 1), clock().date())
            parts = parts_of_figure(one, lambda *asked: [asked[-1]])
            headings.setdefault(indicator.query, set()).add(tuple(parts))
    assert headings.pop("promise") == {("Menurut desa",)}
    assert headings.pop("outcome_share") == {("Menurut desa", "Menurut alasan")}
    assert {"step_median", "first_answer", "settlement"} <= set(headings)
    assert set().union(*headings.values()) == {()}
