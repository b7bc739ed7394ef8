"""The register of things and the list of posts on paper."""

from datetime import date, datetime
from typing import Any

from app.casework.resources.posts import STATES as FIT_STATES
from app.casework.resources.posts import Demand, Fit, PostLine, fits_of, name_demand, post_lines
from app.casework.resources.queries import FacilityLine, facility_lines, steps_stopped_by, stopped_words
from app.casework.resources.service import STATES
from app.casework.resources.tables import FacilityItem
from app.core.clock import office_date
from app.core.dates import long_date
from app.core.permissions import Actor
from app.platform.office.papers import chief_official, common_fields, shared_control, staff_official
from app.platform.office.queries import services_in_force
from app.platform.printing.data.books import Column, Register, Total
from schema.database import Database

FORMS = {"inventory": "F-28", "competence": "F-29"}


def register_base(db: Database, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """What both papers have in common: they are about every service in force."""
    on = office_date(now)
    control = shared_control(services_in_force(db, on), FORMS[paper])
    return common_fields(db, control, actor, now) | {
        "period": f"keadaan {long_date(on)}",
        "keeper": staff_official(db, actor.username),
        "approver": chief_official(db, on),
    }


def inventory_paper(db: Database, actor: Actor, now: datetime) -> Register:
    on = office_date(now)
    lines = facility_lines(db, on)
    asked = [line for line in lines if line.asked]
    stopped = [(line, stopped_words(steps_stopped_by(db, line, on))) for line in lines if line.short]
    return Register(
        **register_base(db, "inventory", actor, now),
        title="Daftar sarana dan prasarana",
        columns=(
            Column(title="Butir", width=0),
            Column(title="Sarana", width=1.4),
            Column(title="Diperlukan", width=0, align="right"),
            Column(title="Ada", width=0, align="right"),
            Column(title="Berfungsi", width=0, align="right"),
            Column(title="Rincian barang", width=3),
            Column(title="Keadaan", width=2),
        ),
        rows=tuple(inventory_row(line) for line in lines),
        totals=(
            Total(label="Jenis sarana menurut standar", value=len(asked)),
            Total(label="Di bawah standar", value=len(stopped)),
        ),
        notes=tuple(f"{line.name}: {waits}." for line, waits in stopped if waits),
    )


def inventory_row(line: FacilityLine) -> tuple[str | int, ...]:
    clauses = ", ".join(demand.words for demand in line.asked) or "di luar standar"
    items = "; ".join(item_words(item) for item in line.items)
    if line.short:
        state = line.sentence
    elif line.known:
        state = "Cukup"
    else:
        state = "Belum dicatat"
    return clauses, line.name, line.required, len(line.items), line.working, items, state


def item_words(item: FacilityItem) -> str:
    """`INV-03, ruang rekam: Rusak sejak Selasa, 3 Maret 2026`."""
    named = ", ".join(filter(None, (item.label, item.place)))
    state = f"{STATES[item.state]} sejak {long_date(date.fromisoformat(item.since))}"
    if named:
        return f"{named}: {state}"
    return state


def competence_paper(db: Database, actor: Actor, now: datetime) -> Register:
    on = office_date(now)
    fits = fits_of(db, on)
    lines = post_lines(db, on)
    return Register(
        **register_base(db, "competence", actor, now),
        title="Daftar pelaksana menurut standar",
        columns=(
            Column(title="Layanan", width=0),
            Column(title="Jabatan", width=1.3),
            Column(title="Diperlukan", width=0, align="right"),
            Column(title="Terisi", width=0, align="right"),
            Column(title="Pemegang", width=1.3),
            Column(title="Syarat", width=3.4),
            Column(title="Keadaan", width=1.8),
        ),
        rows=tuple(row for line in lines for row in competence_rows(line, [fit for fit in fits if fit.line is line])),
        totals=(
            Total(label="Jabatan", value=len(lines)),
            Total(label="Orang kurang", value=sum(line.vacant for line in lines)),
        ),
    )


def competence_rows(line: PostLine, fits: list[Fit]) -> list[tuple[str | int, ...]]:
    head = (line.service, line.title, line.staff, len(line.holders))
    if line.vacant:
        vacant = [(*head, "", "", line.sentence)]
    else:
        vacant = []
    return [*((*head, fit.holder.name, demand_words(fit), fit_words(fit)) for fit in fits), *vacant]


def demand_words(fit: Fit) -> str:
    """`Pendidikan S1: Terpenuhi. Pelatihan: Tidak dipersyaratkan`."""
    return ". ".join(f"{demand_name(demand)}: {FIT_STATES[demand.state][1]}" for demand in fit.demands)


def demand_name(demand: Demand) -> str:
    is_asked = bool(demand.asked.strip("-"))
    if is_asked:
        return name_demand(demand.label, demand.asked)
    return demand.label


def fit_words(fit: Fit) -> str:
    if not fit.line.asked:
        return "Standar tidak menyebut syarat"
    if not fit.known.filled:
        return "Belum diisi"
    if not fit.lacking:
        return "Memenuhi"
    return f"Belum: {'; '.join(fit.lacking)}"
