"""A desk that carries KTP files through their steps by the services, one call per step, for tests and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.casework.batches import answers, dispatch, products
from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.findings import key_disagreements
from app.casework.desk.form import read_form
from app.casework.desk.moving import case_definition
from app.core.messages import LineAccepted, LinePrinted, LineRefused, ShipmentSent
from app.core.permissions import Actor
from app.platform.office import queries
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from app.services.ktp import recording
from schema.definitions import SERVICES, definition_text
from schema.seed_data import seed_holidays
from sync.enrolment import save_peer
from sync.journal import Journal
from sync.keys import make_keys
from tests.casework.desk.papers import as_asked
from tests.platform.office.adopting import put_in_force
from tests.platform.people import KRAI, MUNDER, START, actor_of

SECRETARY = Actor(0, "Loket", "system", frozenset({"sekretaris"}))
NAMES = (
    "Anisa Rahmawati",
    "Slamet Widodo",
    "Siti Romlah",
    "Moch. Ilham Maulana",
    "Ponirah",
    "Dwi Ratnasari",
    "Suparman",
    "Nanik Suhartini",
    "Tumini",
    "Rizky Aditya Pratama",
    "Khoirul Anam",
    "Wagiman",
    "Lailatul Fitriyah",
    "Joko Susilo",
    "Endang Kusmiati",
    "Fathur Rozi",
    "Mei Lestariningsih",
    "Hadi Sucipto",
    "Vina Oktafia",
    "Yusuf Maulidi",
)


def adopt(journal: Journal) -> None:
    """The KTP standard in force and the calendar of three years."""
    text = definition_text(SERVICES / "ktp-el.toml")
    put_in_force(journal, text, on=date(2026, 1, 1))
    days = [
        HolidayData(holiday.date.isoformat(), holiday.name, holiday.kind, holiday.basis, holiday.source)
        for holiday in seed_holidays()
    ]
    office.set_holidays(journal, SECRETARY, days=days, removed=[], reason="SKB", now=START)


@dataclass
class Desk:
    """The office at work. `now` is the moment of the next step."""

    journal: Journal
    now: datetime = START
    made: int = 0
    answered: int = field(default=0)

    def who(self, username: str) -> Actor:
        """A person of the cast as an actor."""
        return actor_of(self.journal.db, username, self.now.date())

    def later(self, **span: float) -> Desk:
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def enrol(self) -> Desk:
        """A centre has let the office in: from now on dispatches leave by Loket."""
        db = self.journal.db
        with db.writing():
            save_peer(
                db,
                make_keys("dukcapil-3508").public,
                "Pusat Cetak Contoh",
                epoch=1,
                lane="",
                streams=("dukcapil", self.journal.source),
                now=self.now,
            )
        return self

    # -- a file through its steps -----------------------------------------------------------------------------

    def form(self, **changed: str) -> dict[str, str]:
        """The typed fields of a fresh person: born on another day each, so that nobody looks like another."""
        self.made += 1
        n = self.made
        born = date(1980, 1, 1) + timedelta(days=37 * n)
        nik = f"350899{born:%d%m%y}{n:04}"
        return {
            "kind": "baru",
            "form_code": "f_1_02",
            "nik": nik,
            "kk": f"3508991203{n:06}",
            "full_name": NAMES[n % len(NAMES)] + ("" if n < len(NAMES) else f" {chr(65 + n % 26)}"),
            "birth_place": "Lumajang",
            "birth_on": born.isoformat(),
            "sex": "male",
            "mother_name": f"Ibu {n}",
            "marital_status": "belum_kawin",
            "village": (MUNDER, KRAI)[n % 2],
            "street": f"Dusun Krajan {n}",
            "rt": "3",
            "rw": "1",
            "phone": f"0812340{n:05}",
        } | changed

    def open(self, why: str = "", form_code: str = "", **changed: str) -> int:
        """A file at the counter, to be checked; `why` explains whatever contradicts itself in it."""
        db, raw = self.journal.db, self.form(**changed)
        definition = queries.current_definition(db, "ktp-el", self.now.date())
        form = opening.check_form(read_form(definition, raw, self.now.date(), queries.village_names(db)))
        opened = opening.open_case(
            self.journal,
            self.who("sari"),
            opening.Application(
                service="ktp-el",
                raw=raw,
                ticked={},
                form_code=form_code,
                reasons={disagreement.id: why for disagreement in key_disagreements(definition, form.values)},
            ),
            now=self.now,
        )
        return opened.id

    def complete(self, **changed: str) -> int:
        """A complete file that waits for the recording."""
        case_id = self.open(**changed)
        self.check(case_id)
        return case_id

    def check(self, case_id: int) -> None:
        """Everything a file needs is there."""
        case = cases.case_by_id(self.journal.db, case_id)
        assert case is not None
        needs = case_requirements(case_definition(self.journal.db, case), case)
        cases.check_items(
            self.journal,
            self.who("sari"),
            case_id=case_id,
            now=self.now,
            states={need.id: ("present", "") for need in needs},
            seen=as_asked(self.journal.db, case),
        )
        moving.advance_case(self.journal, self.who("budi"), case_id=case_id, outcome="complete", now=self.now)

    def found(self, case_id: int) -> dict[str, str]:
        """What the page of the check sends when every paper is there."""
        case = cases.case_by_id(self.journal.db, case_id)
        assert case is not None
        needs = case_requirements(case_definition(self.journal.db, case), case)
        seen = {f"seen-{item}": look for item, look in as_asked(self.journal.db, case).items()}
        return {f"state-{need.id}": "present" for need in needs} | seen

    def record(self, case_id: int, status: str = "print_ready") -> None:
        """Note a recording made here today."""
        recording.note_recording(
            self.journal,
            self.who("oki"),
            case_id=case_id,
            status=status,
            on=self.now.date(),
            place="Kecamatan Contoh",
            now=self.now,
        )

    def ready(self, **changed: str) -> int:
        """A file that may be dispatched."""
        case_id = self.complete(**changed)
        self.record(case_id)
        return case_id

    def draft(self, *case_ids: int) -> int:
        """A dispatch that is being put together."""
        return dispatch.draft_dispatch(self.journal, self.who("sari"), case_ids=case_ids, now=self.now)

    def send(self, *case_ids: int) -> int:
        """A confirmed dispatch; returns its id."""
        made = self.draft(*case_ids)
        dispatch.send_dispatch(self.journal, self.who("budi"), dispatch_id=made, now=self.now)
        return made

    # -- the centre's entries, as the exchange would bring them ---------------------------------------------------

    def line(self, dispatch_id: int, ordinal: int) -> str:
        """The id of a line as the centre names it."""
        return answers.get_line(self.journal.db, dispatch_id, ordinal).line

    def hear(self, *bodies: LineAccepted | LineRefused | LinePrinted | ShipmentSent) -> None:
        """Apply entries of the centre and run their handlers, in one transaction as receiving does."""
        with self.journal.transaction():
            for body in bodies:
                entry = self.journal.record(body, subject="line", actor="printer", at=self.now, stream="centre")
                self.journal.handlers[entry.kind](self.journal, entry, self.now)

    def printed(self, dispatch_id: int, *ordinals: int) -> None:
        """The centre printed these lines."""
        for ordinal in ordinals:
            self.hear(
                LinePrinted(self.line(dispatch_id, ordinal), f"K{dispatch_id:03}{ordinal:03}", str(self.now.date()))
            )

    def accepted(self, dispatch_id: int, ordinal: int) -> None:
        """The centre took a line into its queue."""
        self.hear(LineAccepted(self.line(dispatch_id, ordinal)))

    def refused(
        self, dispatch_id: int, ordinal: int, reason: str = "Latar foto biru, harus merah.", biometric: bool = False
    ) -> None:
        """The centre refused a line."""
        self.hear(LineRefused(self.line(dispatch_id, ordinal), reason, biometric))

    def shipped(self, name: str, dispatch_id: int, *ordinals: int) -> None:
        """The centre sent these cards."""
        found = [answers.get_line(self.journal.db, dispatch_id, ordinal) for ordinal in ordinals]
        self.hear(ShipmentSent(name, str(self.now.date()), [(one.line, one.serial) for one in found]))

    def arrived(self, *case_ids: int, shipment: str = "") -> None:
        """Cards counted in."""
        products.count_cards_in(
            self.journal, self.who("sari"), case_ids=case_ids, counted=len(case_ids), shipment=shipment, now=self.now
        )

    def typed(
        self,
        dispatch_id: int,
        ordinal: int,
        result: str,
        *,
        reason: str = "",
        serial: str = "",
        biometric: bool = False,
    ) -> None:
        """An answer typed by Sari and checked by Oki."""
        answers.type_answer(
            self.journal,
            self.who("sari"),
            dispatch_id=dispatch_id,
            ordinal=ordinal,
            result=result,
            reason=reason,
            serial=serial,
            biometric=biometric,
            now=self.now,
        )
        answers.check_typed_answer(
            self.journal, self.who("oki"), dispatch_id=dispatch_id, ordinal=ordinal, agrees=True, now=self.now
        )

    def step(self, case_id: int) -> str:
        """Where a file stands."""
        case = cases.case_by_id(self.journal.db, case_id)
        assert case is not None
        return case.step


def at(year: int, month: int, day: int, hour: int = 3) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)
