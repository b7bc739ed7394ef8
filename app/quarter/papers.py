"""The quarter on paper: recap and poster as data for the printing room. Everything counted comes from the snapshot."""

from collections.abc import Iterable
from datetime import date, datetime

from app.complaints.papers import paper_fields
from app.core.clock import office_date
from app.core.dates import numeric_date
from app.core.quarters import Quarter
from app.printing.data import books as shapes
from app.quarter import charts
from app.quarter import frame as frames
from app.quarter.figures import Figures, Totals
from app.quarter.frame import Frame, PublicPledge, public_pledges
from app.quarter.queries import addenda_of
from app.quarter.service import FROZEN, figures_of_recap, load_ready_recap
from app.quarter.shape import CAPAS, LINES, ON_PAPER, PLEDGES, VILLAGES, shown_rows, sorted_rows
from app.quarter.tables import Recap
from schema.database import Database
from sync.entries import parse_utc_text

MOST_DONE = 4


def grouped_digest(digest: str) -> str:
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def recap_paper(db: Database, recap: Recap, printed_by: str, printed_at: datetime) -> shapes.RecapSheet:
    figures, frame = figures_of_recap(recap), frames.frame_of_recap(db, recap)
    quarter, sums, approved = figures.period, figures.sums, recap.approved_at
    return shapes.RecapSheet(
        **paper_fields(db, "recap", printed_by, printed_at, frame),
        number=recap.number,
        period=quarter.label,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        summary=summary_sentence(figures),
        facts=headline_facts(figures),
        charts=(charts.months_chart(sums.months), charts.trend_chart(figures.promises)),
        tables=count_tables(figures),
        notes=table_notes(figures),
        lines=shown_rows(LINES, figures.lines),
        carried=shown_rows(LINES, figures.carried.lines),
        carried_note=carried_note(figures.carried.totals),
        causes=tuple(cause_lines(figures)),
        capas=tuple(
            row | {"person": frame.names.get(row["person"], row["person"])} for row in shown_rows(CAPAS, figures.capas)
        ),
        old_pledges=shown_rows(PLEDGES, figures.pledges),
        pledges=shown_rows(PLEDGES[:3], frame.pledges),
        addenda=tuple(
            f"{numeric_date(office_date(parse_utc_text(at)))}: {text}" for at, text in later_notes(db, recap, frame)
        ),
        made_on=office_date(parse_utc_text(approved)) if approved else date.fromisoformat(recap.drafted_on),
        maker=frame.maker,
        checker=frame.checker,
        approver=frame.approver,
        draft=recap.state not in FROZEN,
        nihil=figures.nihil,
    )


def later_notes(db: Database, recap: Recap, frame: Frame) -> list[tuple[str, str]]:
    """(moment, text) of what an approved recap got later, oldest first: addenda, pledges given or withdrawn."""
    if recap.state not in FROZEN:
        return []
    found = [(one.at, one.text) for one in addenda_of(db, Quarter.parse(recap.quarter))]
    for given_at, words, one in (
        (each.given_at, each.words, each.pledge) for each in frames.later_pledges(db, recap, frame)
    ):
        found.append((given_at, f"Janji {words}: {one.what} ({one.who}), paling lambat {show_date(one.by_on)}."))
    found += [
        (one.withdrawn_at or "", f"Janji ditarik: {one.what}. Alasan: {one.withdrawn_why}")
        for one in frames.withdrawn_pledges(db, recap).values()
    ]
    return sorted(found)


def show_date(text: str) -> str:
    return numeric_date(date.fromisoformat(text))


def summary_sentence(figures: Figures) -> str:
    now, before = figures.totals, figures.sums.before
    if figures.nihil:
        return "Nihil: tidak ada pengaduan dalam triwulan ini."
    more = now.received - before.received
    change = "sama banyak dengan" if not more else f"{abs(more)} lebih {'banyak' if more > 0 else 'sedikit'} daripada"
    text = f"{now.received} pengaduan, {change} triwulan lalu. {now.settled} selesai"
    text += f", separuhnya dalam {now.median} hari kerja." if now.median is not None else "."
    if now.late:
        text += f" {now.late} lewat batas."
    levies = next((row.received for row in figures.sums.categories if row.key == "levy"), 0)
    return text + (f" {levies} tentang pungutan liar." if levies else "")


def headline_facts(figures: Figures) -> tuple[shapes.Fact, ...]:
    now, before, year_ago, promise = (
        figures.totals,
        figures.sums.before,
        figures.sums.year_ago,
        figures.promise,
    )
    return (
        shapes.Fact(
            label="Masuk",
            value=str(now.received),
            note=f"triwulan lalu {before.received}, tahun lalu {year_ago.received}",
        ),
        shapes.Fact(label="Selesai", value=str(now.settled), note=f"{now.process} berjalan, {now.late} lewat batas"),
        shapes.Fact(
            label="Nilai tengah selesai",
            value="–" if now.median is None else f"{now.median} hari",
            note="hari kerja" + ("" if now.p90 is None else f"; 90 % dalam {now.p90} hari"),
        ),
        shapes.Fact(
            label="KTP sesuai janji",
            value=f"{promise.percent} %" if promise.due else "–",
            note=f"{promise.kept} dari {promise.due} yang jatuh tempo",
        ),
    )


def count_tables(figures: Figures) -> tuple[shapes.CountTable, ...]:
    return tuple(
        shapes.CountTable(
            title=one.heading,
            rows=shown_rows(one.columns, sorted_rows(one, getattr(figures.sums, one.field))),
            extra=VILLAGES.columns[-1].head if one is VILLAGES else "",
            note=one.note,
        )
        for one in ON_PAPER
    )


def table_notes(figures: Figures) -> tuple[str, ...]:
    box, now = figures.box, figures.totals
    opened = f"Kotak saran dibuka {box.opened} dari {box.working_days} hari kerja"
    found = [f"{opened}, {box.empty} kali nihil, {box.slips} lembar."]
    if now.received:
        found.append(
            f"Jawaban pertama lewat batas {now.first_late} kali; selesai sesudah batas {now.settled_late} kali."
        )
    if figures.aside:
        found.append(f"{figures.aside} baris disisihkan karena bukan pengaduan; di luar hitungan, tetap di buku.")
    return tuple(found)


def carried_note(totals: Totals) -> str:
    if not totals.received:
        return ""
    days = "" if totals.median is None else f", separuhnya dalam {totals.median} hari kerja"
    rest = f"{totals.process} berjalan, {totals.late} lewat batas."
    return f"{totals.received} pengaduan: {totals.settled} selesai{days}, {rest}"


def cause_lines(figures: Figures) -> Iterable[str]:
    for one in figures.causes:
        with_what = f"LTPP {', '.join(one.capas)}" if one.capas else "belum ada LTPP"
        yield f"{one.label}: {one.count} kali (triwulan lalu {one.before}), {with_what}"


# -- poster ----------------------------------------------------------------------------------------------------


def poster_paper(db: Database, quarter: Quarter, printed_by: str, printed_at: datetime) -> shapes.Poster:
    recap = load_ready_recap(db, quarter)
    figures, frame = figures_of_recap(recap), frames.frame_of_recap(db, recap)
    now, approved_at = figures.totals, parse_utc_text(recap.approved_at or figures.as_of)
    announced = public_pledges(db, recap, frame)
    half = "" if now.median is None else f"separuhnya dalam {now.median} hari kerja"
    return shapes.Poster(
        **paper_fields(db, "poster", printed_by, printed_at, frame),
        number=recap.number,
        span=quarter.span,
        digest=grouped_digest(recap.digest),
        facts=(
            shapes.Fact(label="masuk", value=str(now.received), note=f"triwulan lalu {figures.sums.before.received}"),
            shapes.Fact(label="sudah selesai", value=str(now.settled), note=half),
            shapes.Fact(label="lewat batas", value=str(now.late), note=f"{now.process} masih berjalan"),
        ),
        charts=(charts.squares_chart(now), charts.poster_bars(figures.sums.categories)),
        done=tuple(done_works(figures)[:MOST_DONE]),
        pledges=tuple(board_pledge(one) for one in announced if not one.later),
        added=tuple(board_pledge(one) for one in announced if one.later),
        approved_on=office_date(approved_at),
        signer=frame.approver,
        nihil=not now.received,
    )


def board_pledge(one: PublicPledge) -> dict[str, object]:
    return {"what": one.text, "by_on": date.fromisoformat(one.by_on)}


def done_works(figures: Figures) -> list[str]:
    kept = [one.what for one in figures.pledges if one.kept_on]
    return kept + [one.action for one in figures.capas if one.state in ("effective", "done") and one.action]
