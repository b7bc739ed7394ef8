"""Journals at random: cases of three services on random ways, dispatch lines, LTPPs, pledges, openings of the box.

Entries are recorded as they would stand in a journal, without the rules of the services, so that ways occur which an
office walks once in years: a promise kept on its last day, reopened, a pause that lasts, an exit and a return from it.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from app.casework.batches.events import DispatchDrafted
from app.casework.desk.events import CaseAdvanced, CaseOpened, CasePaused, CaseResumed, DueMoved, ImportedCase
from app.core.messages import DispatchLine, LineAccepted, LinePrinted, LineRefused
from app.core.procedure.limits import Deadline
from app.platform.office import queries as office
from app.platform.office.events import Number
from app.quality.capa.events import CapaChecked, CapaDone, CapaOpened, CapaPlanned
from app.quality.quarter.events import PledgeGiven, PledgeKept, PledgeWithdrawn
from app.services.complaints.events import BoxOpened
from app.services.ktp.events import KtpImported
from schema.service_procedure import Definition
from sync.journal import Journal

FIRST, LAST = date(2025, 11, 20), date(2026, 7, 20)
SERVICES = ("ktp-el", "ktp-el", "ktp-el", "kia", "hotline")
AREAS = ("3508072002", "3508072003", "")
RECAPPED = "2026-Q1"
"""A quarter whose recap is approved: a pledge of it that is withdrawn was made all the same."""


class RandomOffice:
    """Writes a journal; nothing of what it wrote is kept here, so that whoever reckons reads the journal."""

    def __init__(self, journal: Journal, seed: int) -> None:
        self.journal, self.chance, self.cases = journal, random.Random(seed), 0
        self.definitions = {service: office.current_definition(journal.db, service, LAST) for service in set(SERVICES)}

    def put(self, body: msgspec.Struct, subject: str, on: date, actor: str = "sari", stream: str = "office") -> None:
        hour = self.chance.randint(0, 23)  # UTC: from five in the afternoon on it is the next day at the office
        at = datetime(on.year, on.month, on.day, hour, self.chance.randint(0, 59), tzinfo=UTC)
        self.journal.record(body, subject=subject, actor=actor, at=at, stream=stream)

    def day(self, since: date = FIRST, most: int = 240) -> date:
        return min(since + timedelta(days=self.chance.randint(0, most)), LAST)

    def work(self, cases: int) -> None:
        with self.journal.transaction():
            for _ in range(cases):
                self.case()
            for _ in range(cases // 3):
                self.line()
                self.report()
                self.pledge()
            self.box()

    # -- cases ---------------------------------------------------------------------------------------------------

    def case(self) -> None:
        self.cases += 1
        service, on = self.chance.choice(SERVICES), self.day()
        definition = self.definitions[service]
        if self.chance.random() < 0.06:
            self.imported(definition, on)
            return
        step = definition.steps[0].id
        limits = [] if definition.promise else [self.deadline(on, definition)]
        self.put(CaseOpened(**self.opening(definition, on, step), deadlines=limits), f"case/{self.cases}", on)
        self.walk(definition, step, on, limits)

    def opening(self, definition: Definition, on: date, step: str) -> dict[str, Any]:
        number = Number(f"case-{definition.id}", on.year, self.cases, f"{self.cases:04}/{definition.id}/{on.year}")
        return {
            "id": self.cases,
            "service": definition.id,
            "revision": definition.identity.revision,
            "number": number,
            "code": f"{self.cases:011}",
            "step": step,
            "place": "counter",
            "received_on": on.isoformat(),
            "kind": "baru",
            "name": f"Pemohon {self.cases}",
            "area": self.chance.choice(AREAS),
            "main_key": str(self.cases),
            "fields": {},
        }

    def imported(self, definition: Definition, on: date) -> None:
        closed = self.day(on - timedelta(days=3), 20) if self.chance.random() < 0.5 else None
        step = "@done" if closed else definition.steps[1].id
        more = {"fingerprint": str(self.cases), "closed_on": closed.isoformat() if closed else None}
        self.put(KtpImported(ImportedCase(**self.opening(definition, on, step), **more)), f"case/{self.cases}", on)
        if not closed:
            self.walk(definition, step, on, [])

    def deadline(self, on: date, definition: Definition) -> Deadline:
        limit = next(one for one in definition.limits if "@opened" in one.starts_on)
        due = self.day(on, 6)
        return Deadline(limit.id, "working_hours", f"{on}T08:00", f"{due}T{self.chance.choice((9, 15)):02}:00")

    def walk(self, definition: Definition, step: str, on: date, limits: list[Deadline]) -> None:
        """Outcomes at random, some noted where the case stays, an exit by hand, and out of an exit back in."""
        held: dict[str, Any] = {"completed": "", "due": "", "kept": "", "open": ""}
        for _ in range(self.chance.randint(0, 16)):
            if step.startswith("@"):
                back = next((one.reopens_to for one in definition.exits if one.id == step[1:]), "")
                if not back or self.chance.random() < 0.7:
                    return
                step, on = self.move(definition, step, "misprint", back, on, held, limits)
                continue
            if self.chance.random() < 0.06:
                exits = [way_out for way_out in definition.exits if way_out.by_hand]
                chosen = self.chance.choice(exits)
                step, on = self.move(definition, step, chosen.id, f"@{chosen.id}", on, held, limits)
                continue
            outcomes = next(known_step for known_step in definition.steps if known_step.id == step).outcomes
            usual = next(outcome for outcome in outcomes if outcome.to != step)
            first = usual if self.chance.random() < 0.75 else self.chance.choice(outcomes)
            step, on = self.move(definition, step, first.id, first.to, on, held, limits)
            if (
                held["due"]
                and not (held["kept"] or held["open"] or step.startswith("@"))
                and self.chance.random() < 0.15
            ):
                on = self.pause(on, held)

    def move(
        self,
        definition: Definition,
        step: str,
        outcome: str,
        to: str,
        on: date,
        held: dict[str, Any],
        limits: list[Deadline],
    ) -> tuple[str, date]:
        """One move; now and then it is written down for a day before the last one."""
        day = min(on + timedelta(days=self.chance.choice((-1, 0, 0, 0, 1, 1, 2, 3, 7))), LAST)
        more = self.clock(definition, f"{step}.{outcome}", day, held)
        if limits and limits[0].runs and self.chance.random() < 0.3:
            hour = self.chance.choice((8, 9, 10, 15, 16))
            limits[0] = msgspec.structs.replace(limits[0], stopped=f"{day}T{hour:02}:00")
            more["deadlines"] = limits[:1]
        elif limits and limits[0].runs and to.startswith("@"):
            limits[0] = msgspec.structs.replace(limits[0], void=True)
            more["deadlines"] = limits[:1]
        body = CaseAdvanced(
            self.cases, outcome, step, to, "counter", day.isoformat(), to.startswith("@"), "Alasan", **more
        )
        self.put(body, f"case/{self.cases}", day)
        return to, max(on, day)

    def clock(self, definition: Definition, mark: str, day: date, held: dict[str, Any]) -> dict[str, Any]:
        promise = definition.promise
        if promise and mark == promise.starts_on and not held["completed"]:
            due = day + timedelta(days=self.chance.choice((4, 12, 18, 30)))
            held["completed"], held["due"] = day.isoformat(), due.isoformat()
            return {"promise": "start", "completed_on": held["completed"], "due_on": held["due"]}
        if promise and mark == promise.kept_on and held["completed"] and not held["kept"]:
            held["kept"] = day.isoformat()
            return {"promise": "keep"}
        if mark.endswith(".misprint") and held["kept"]:
            held["kept"] = ""
            return {"promise": "reopen"}
        return {}

    def pause(self, on: date, held: dict[str, Any]) -> date:
        """The clock stands still, mostly not for good; or the changed calendar gives another date."""
        pause_id = self.journal.next_id("case_pause")
        if self.chance.random() < 0.3:
            before, held["due"] = held["due"], (date.fromisoformat(held["due"]) + timedelta(days=1)).isoformat()
            self.put(DueMoved(self.cases, "promise", "", before, held["due"], "Libur", on.isoformat()), "case/1", on)
            return on
        self.put(CasePaused(self.cases, pause_id, "no_blanks", "", on.isoformat()), f"case/{self.cases}", on)
        if self.chance.random() < 0.4:
            held["open"] = on.isoformat()
            return on
        end = min(on + timedelta(days=self.chance.randint(0, 8)), LAST)
        held["due"] = (date.fromisoformat(held["due"]) + (end - on)).isoformat()
        self.put(CaseResumed(self.cases, pause_id, end.isoformat(), held["due"], []), f"case/{self.cases}", end)
        return end

    # -- lines to the partner ----------------------------------------------------------------------------------------

    def line(self) -> None:
        """A dispatch of one line: it takes its case to the partner, and is answered at once, later or never."""
        ready = "SELECT id, number, revision FROM case_file WHERE service = 'ktp-el' AND step = 'dispatch' ORDER BY id"
        waiting = list(self.journal.db.run(ready))
        if not waiting:
            return
        case_id, number, revision = self.chance.choice(waiting)
        sent, n = self.day(), self.journal.next_id("dispatch")
        name = f"{n:03}/KIRIM/{sent.year}"
        self.put(
            DispatchDrafted(n, Number("dispatch", sent.year, n, name), sent.isoformat(), [case_id]),
            f"dispatch/{n}",
            sent,
        )
        body = DispatchLine(
            dispatch_id=n,
            dispatch=name,
            ordinal=1,
            case_id=case_id,
            number=number,
            code="",
            service="ktp-el",
            revision=revision,
            kind="baru",
            kind_label="",
            name="",
            area="-",
            area_name="",
            main_key="1",
            fields={},
            received_on=sent.isoformat(),
            completed_on="",
            due_on="",
            sent_on=sent.isoformat(),
            step="print",
            place="dispatch",
        )
        self.put(body, f"case/{case_id}", sent, stream="dukcapil")
        with self.journal.db.applying():
            self.journal.db.run("UPDATE dispatch SET state = 'sent', sent_on = ? WHERE id = ?", (sent.isoformat(), n))
        line = str(self.journal.db.run("SELECT line FROM dispatch_line WHERE dispatch_id = ?", (n,)).get)
        for answer in self.chance.choice(("", "a", "ap", "ar", "p", "r", "aap")):
            sent += timedelta(days=self.chance.choice((0, 0, 1, 1, 2, 3, 6)))
            said: Any = {
                "a": LineAccepted(line),
                "r": LineRefused(line, "Latar foto"),
                "p": LinePrinted(line, f"S{n}", str(sent)),
            }
            self.put(said[answer], "line", sent, "printer", "centre")

    # -- the rest ----------------------------------------------------------------------------------------------------

    def report(self) -> None:
        """An LTPP of one to three rounds, in any state."""
        on, capa_id = self.day(), self.journal.next_id("capa")
        number = Number("capa", on.year, capa_id, f"{capa_id}/LTPP/{on.year}")
        self.put(CapaOpened(capa_id, number, on.isoformat(), "audit", "Masalah"), f"capa/{capa_id}", on)
        for round_ in range(1, self.chance.randint(1, 4)):
            due = self.day(on, 25)
            self.put(
                CapaPlanned(capa_id, round_, ["Sebab"], "Tindakan", "", "budi", due.isoformat()), f"capa/{capa_id}", on
            )
            done = self.day(on, 30) if self.chance.random() < 0.7 else None
            if done:
                self.put(CapaDone(capa_id, round_, done.isoformat(), "Sudah"), f"capa/{capa_id}", done)
            if self.chance.random() < 0.3:
                return
            checked = (done or due) + timedelta(days=self.chance.randint(1, 9))
            effective = self.chance.random() < 0.6
            body = CapaChecked(capa_id, round_, checked.isoformat(), effective, "Dilihat")
            self.put(body, f"capa/{capa_id}", checked, "ratna")
            if effective:
                return
            on = checked

    def pledge(self) -> None:
        """A pledge: running, kept in time or late, withdrawn before or after its day, or before anybody approved it."""
        on, pledge_id = self.day(), self.journal.next_id("pledge")
        quarter, by_on = self.chance.choice((RECAPPED, "2026-Q2")), self.day(on, 40)
        self.put(PledgeGiven(pledge_id, quarter, "Janji", "Kasi", by_on.isoformat()), f"pledge/{pledge_id}", on)
        after = by_on + timedelta(days=self.chance.choice((-3, -1, 0, 1, 4)))
        history = self.journal.next_id("pledge_history")
        match self.chance.randint(0, 3):
            case 1:
                self.put(PledgeKept(pledge_id, history, after.isoformat(), ""), f"pledge/{pledge_id}", after)
            case 2:
                self.put(PledgeWithdrawn(pledge_id, history, after.isoformat(), "Alasan"), f"pledge/{pledge_id}", after)
            case 3:
                self.put(PledgeKept(pledge_id, history, "", "Belum"), f"pledge/{pledge_id}", after)

    def box(self) -> None:
        for n in range((LAST - FIRST).days):
            if self.chance.random() < 0.7:
                on = FIRST + timedelta(days=n)
                self.put(BoxOpened(on.isoformat(), 0, "", self.chance.random() < 0.8), f"box/{on}", on, "ida")
