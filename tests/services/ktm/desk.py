"""Students through the steps of their card by the services, one call per step. Their numbers are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.casework.batches import answers, dispatch, receipts
from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.tables import CaseFile
from app.core.permissions import Actor
from app.platform.files.service import confirm_files, keep_file
from app.platform.office.exchange import OfficeExchange
from app.services.ktm import queries, service
from app.services.ktm.tables import StudentCard
from sync.journal import Journal
from sync.keys import ValueSealer, make_keys, make_sealer
from tests.platform.files.pictures import png
from tests.platform.people import START, actor_of

KTM = "ktm"
NAMES = ("Alya Maharani", "Bagas Pratama", "Citra Anggun", "Dimas Saputra", "Elok Wulandari", "Fajar Hidayat")


def nim(n: int) -> str:
    """A student's number, clearly made up."""
    return f"P99.00.26.{n:03}"


@dataclass
class CardDesk:
    """The office at work. `now` is the moment of the next step."""

    journal: Journal
    folder: Path
    now: datetime = START
    made: int = 0

    def who(self, username: str) -> Actor:
        """A person of the cast as an actor: sari at the counter, budi for the Kasubbag Kemahasiswaan."""
        return actor_of(self.journal.db, username, self.now.date())

    def sealer(self) -> ValueSealer:
        """What seals at this office."""
        return OfficeExchange(self.journal, self.folder).sealer()

    def later(self, **span: float) -> CardDesk:
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def case(self, case_id: int) -> CaseFile:
        """The case as it stands."""
        found = CaseFile.first(self.journal.db, id=case_id)
        assert found is not None
        return found

    def open(self, n: int = 0, **changed: str) -> int:
        """A request typed at the counter."""
        self.made += 1
        n = n or self.made
        raw = {
            "nim": nim(n),
            "full_name": NAMES[n % len(NAMES)],
            "programme": "D-III Keperawatan",
            "intake": "2026",
            "status": "enrolled",
            "kind": "new",
        } | changed
        opened = opening.open_case(
            self.journal,
            self.who("sari"),
            opening.Application(service=KTM, raw=raw, ticked={}, heeded={"on_leave"}),
            now=self.now,
        )
        return opened.id

    def advance(self, case_id: int, outcome: str, username: str = "sari", note: str = "") -> None:
        """End the present step."""
        moving.advance_case(self.journal, self.who(username), case_id=case_id, outcome=outcome, now=self.now, note=note)

    def check(self, case_id: int) -> None:
        """Every line of the checklist is there."""
        case = self.case(case_id)
        needs = case_requirements(moving.case_definition(self.journal.db, case), case)
        states = {need.id: ("present", "") for need in needs}
        cases.check_items(self.journal, self.who("sari"), case_id=case_id, now=self.now, states=states, seen={})

    def photo(self, case_id: int) -> None:
        """The student's photo, put in and confirmed."""
        definition = moving.case_definition(self.journal.db, self.case(case_id))
        [rule] = definition.files
        who, subject = self.who("sari"), f"case/{case_id}"
        kept = keep_file(self.journal, who, data=png(), rule=rule, subject=subject, name="foto.png", now=self.now)
        confirm_files(self.journal, who, file_ids=[kept.id], now=self.now)

    def register(self, n: int = 0, **changed: str) -> int:
        """A student who came and is registered."""
        case_id = self.open(n, **changed)
        assert self.case(case_id).step == "register", "whoever opens a request at the counter has come"
        self.check(case_id)
        self.photo(case_id)
        new = self.case(case_id).kind == "new"
        self.advance(case_id, "registered" if new else "registered_again")
        return case_id

    def send(self, *case_ids: int) -> int:
        """One closed dispatch to the bank; its id."""
        made = dispatch.draft_dispatch(self.journal, self.who("sari"), case_ids=case_ids, now=self.now)
        dispatch.send_dispatch(self.journal, self.who("budi"), dispatch_id=made, now=self.now, seen=case_ids)
        return made

    def hand_list_over(self, dispatch_id: int) -> None:
        """The list is given to the bank on paper, now."""
        receipts.note_handed_over(
            self.journal,
            self.who("sari"),
            dispatch_id=dispatch_id,
            at=self.now.replace(second=0, microsecond=0),
            handed_to="Tutik",
            now=self.now,
        )

    def typed(self, dispatch_id: int, ordinal: int, value: str) -> None:
        """An account number typed from the bank's list and checked by another person."""
        said = {"dispatch_id": dispatch_id, "ordinal": ordinal, "now": self.now}
        answers.type_answer(self.journal, self.who("sari"), **said, result="printed", value=value, sealer=self.sealer())
        answers.check_typed_answer(self.journal, self.who("oki"), **said, agrees=True)

    def complete(self, *case_ids: int) -> None:
        """The completeness check before the card."""
        everybody = queries.list_students(self.journal.db, KTM, "2026")
        service.complete_checks(
            self.journal,
            self.who("sari"),
            case_ids=case_ids,
            everybody=everybody,
            sealer=self.sealer,
            now=self.now,
        )

    def make(self, *case_ids: int) -> list[StudentCard]:
        """Cards drawn and made."""
        drawn = service.draw_cards(self.journal, self.who("sari"), case_ids=case_ids, now=self.now)
        service.make_cards(self.journal, self.who("sari"), case_ids=case_ids, now=self.now)
        return drawn

    def with_card(self, *numbers: int) -> Sequence[tuple[int, StudentCard]]:
        """Students whose cards are made."""
        ids = [self.register(n) for n in numbers]
        made = self.send(*ids)
        self.hand_list_over(made)
        for ordinal, n in enumerate(numbers, 1):
            self.typed(made, ordinal, account(n))
        self.complete(*ids)
        return list(zip(ids, self.make(*ids), strict=True))

    def withdraw(self, code: str, why: str = "graduated", given_back: str = "returned") -> None:
        """A card is valid no longer."""
        service.withdraw_cards(
            self.journal, self.who("budi"), codes=[code], why=why, given_back=given_back, now=self.now
        )


def account(n: int) -> str:
    """An account number, clearly made up."""
    return f"9900{n:08}"


def stranger_sealer(folder: Path) -> ValueSealer:
    """A sealer of somebody with other keys."""
    return make_sealer(make_keys("bank-9999"), folder)
