"""The student cards of the demo: intakes that register at the desk, the bank that opens their accounts, the cards."""

import json
from datetime import date
from pathlib import Path

from app.casework.batches import answers, dispatch, products, receipts
from app.casework.batches.tables import DispatchLineRow
from app.casework.desk import moving, opening
from app.casework.desk import service as cases
from app.casework.desk.checklist import case_requirements
from app.casework.desk.tables import CaseFile
from app.centre import service as bank
from app.centre.offices import CentreExchange
from app.centre.tables import IncomingLine
from app.cli.demo.offices import BANK
from app.platform.files import service as files
from app.platform.office.exchange import OfficeExchange
from app.platform.people.queries import actor_named
from app.services.ktm import queries, service
from app.services.ktm.tables import StudentCard
from tests.world.portrait import portrait
from tests.world.service_staff import Scene

SERVICE = "ktm"
GIVEN = ("Ayu", "Bima", "Cindy", "Danu", "Eka", "Fitri", "Gilang", "Hana", "Irfan", "Jihan", "Kirana", "Lukman")
FAMILY = ("Lestari", "Saputra", "Maharani", "Wijaya", "Anggraini", "Nugroho", "Permata", "Santoso")
PROGRAMMES = ("D-III Keperawatan", "D-III Kebidanan", "D-IV Fisioterapi")
WEEKS_OF_INTAKE, EACH_DAY = 3, 4
"""New students come in the first weeks; later only lost and damaged cards."""


class CardDesk:
    """The desk and the bank: every open card moves on by one step a day."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.made, self.days = scene, 0, 0
        assert scene.sides is not None
        self.folder: Path = scene.sides.side_folder("office")
        self.by_road = scene.demo.partner is BANK
        self.exchange = CentreExchange(scene.sides.centre.journal, scene.sides.side_folder("centre") / "keys")

    def day(self, today: date) -> None:
        self.days += 1
        if self.by_road:
            self.answer_at_the_bank()
        else:
            self.type_answers()
        held = CaseFile.rows(self.scene.db, service=SERVICE, closed=0, order="id")
        for step, work in (
            ("distribute", self.hand_over),
            ("make", self.make),
            ("check", self.complete),
            ("send", self.send),
            ("register", self.register),
        ):
            if ready := [row for row in held if row.step == step]:
                work(ready)
        if self.days <= WEEKS_OF_INTAKE * 5 or self.scene.is_ending(today, 9):
            for _ in range(EACH_DAY):
                self.open_new(today)
        elif self.scene.random.random() < 0.15:
            self.replace_lost()

    def open_new(self, today: date) -> None:
        scene, self.made = self.scene, self.made + 1
        name = f"{scene.random.choice(GIVEN)} {scene.random.choice(FAMILY)}"
        raw = {"nim": f"P99.00.{today:%y}.{self.made:03}", "full_name": name, "intake": str(today.year)}
        self.open(raw | {"programme": scene.random.choice(PROGRAMMES), "kind": "new"})

    def open(self, raw: dict[str, str]) -> None:
        scene, raw = self.scene, raw | {"status": "enrolled"}
        opening.open_case(
            scene.journal,
            scene.actor("counter"),
            opening.Application(service=SERVICE, raw=raw, ticked={}),
            now=scene.tick(),
        )

    def replace_lost(self) -> None:
        """Somebody lost the card: it is withdrawn, and a new one is asked for."""
        scene = self.scene
        rest = "JOIN case_file c ON c.id = s.case_id WHERE c.closed = 1 AND s.withdrawn_on IS NULL"
        [card] = StudentCard.joined(scene.db, "s", f"{rest} ORDER BY s.made_on, s.code LIMIT 1")
        service.withdraw_cards(
            scene.journal,
            scene.actor("kasubbag_mahasiswa"),
            codes=[card.code],
            why="lost",
            given_back="lost",
            now=scene.tick(),
        )
        case = CaseFile.first(scene.db, id=card.case_id)
        assert case is not None
        held = json.loads(case.fields)
        kept = {name: held[name] for name in ("nim", "full_name", "programme", "intake")}
        self.open(kept | {"kind": "lost", "why": "Jatuh di perjalanan"})

    def register(self, held: list[CaseFile]) -> None:
        scene, counter = self.scene, self.scene.actor("counter")
        for case in held:
            self.keep_photo(case)
            needs = case_requirements(moving.case_definition(scene.db, case), case)
            states = {need.id: ("present", "") for need in needs}
            cases.check_items(scene.journal, counter, case_id=case.id, now=scene.tick(), states=states, seen={})
            outcome = "registered" if case.kind == "new" else "registered_again"
            moving.advance_case(scene.journal, counter, case_id=case.id, outcome=outcome, now=scene.tick())

    def keep_photo(self, case: CaseFile) -> None:
        """The photo came with the list: kept, looked at, confirmed."""
        scene = self.scene
        rule = next((file for file in moving.case_definition(scene.db, case).files if file.id == "photo"), None)
        if rule is None:
            return
        keeper, subject = scene.actor("kasubbag_mahasiswa"), f"case/{case.id}"
        data = portrait(case.id)
        made = files.keep_file(scene.journal, keeper, data=data, rule=rule, subject=subject, now=scene.tick())
        files.confirm_files(scene.journal, keeper, file_ids=[made.id], now=scene.tick())

    def send(self, held: list[CaseFile]) -> None:
        scene, ids = self.scene, [case.id for case in held]
        made = dispatch.draft_dispatch(scene.journal, scene.actor("counter"), case_ids=ids, now=scene.tick())
        dispatch.send_dispatch(
            scene.journal, scene.actor("kasubbag_mahasiswa"), dispatch_id=made, now=scene.tick(), seen=ids
        )

    def hand_list_over(self, made: int) -> None:
        """The counter takes a list to the bank."""
        scene, now = self.scene, self.scene.tick()
        counter, minute = scene.actor("counter"), now.replace(second=0, microsecond=0)
        receipts.note_handed_over(
            scene.journal, counter, dispatch_id=made, at=minute, handed_to="Petugas bank", now=now
        )

    def answer_at_the_bank(self) -> None:
        """Accounts for everybody whose data came."""
        scene = self.scene
        assert scene.sides is not None
        journal, on = scene.sides.centre.journal, scene.tick.at.date()
        teller = actor_named(journal.db, "citra", on)
        assert teller is not None
        for line in IncomingLine.rows(journal.db, state="waiting", order="dispatch_id, ordinal"):
            where = {"office": line.source, "line": line.line, "now": scene.tick()}
            number = f"99{line.dispatch_id:04}{line.ordinal:06}"
            bank.answer_with_value(journal, teller, **where, value=number, exchange=self.exchange)

    def type_answers(self) -> None:
        """The list goes to the bank and comes back at once: one types the numbers, another checks them."""
        scene = self.scene
        waiting = DispatchLineRow.joined(
            scene.db,
            "l",
            "JOIN case_file c ON c.id = l.case_id WHERE c.step = 'account' AND c.service = ? AND l.result = 'waiting'",
            (SERVICE,),
        )
        for made in dict.fromkeys(line.dispatch_id for line in waiting):
            self.hand_list_over(made)
        for line in waiting:
            where = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal}
            answers.type_answer(
                scene.journal,
                scene.actor("counter"),
                **where,
                result="printed",
                value=f"99{line.dispatch_id:04}{line.ordinal:06}",
                sealer=OfficeExchange(scene.journal, self.folder).sealer(),
                now=scene.tick(),
            )
            answers.check_typed_answer(
                scene.journal, scene.actor("kasubbag_mahasiswa"), **where, agrees=True, now=scene.tick()
            )

    def complete(self, held: list[CaseFile]) -> None:
        scene, intakes = self.scene, {queries.case_intake(case) for case in held}
        for intake in sorted(intakes):
            service.complete_checks(
                scene.journal,
                scene.actor("counter"),
                case_ids=[case.id for case in held if queries.case_intake(case) == intake],
                everybody=queries.list_students(scene.db, SERVICE, intake),
                sealer=OfficeExchange(scene.journal, self.folder).sealer,
                now=scene.tick(),
            )

    def make(self, held: list[CaseFile]) -> None:
        scene, ids = self.scene, [case.id for case in held]
        service.draw_cards(scene.journal, scene.actor("counter"), case_ids=ids, now=scene.tick())
        service.make_cards(scene.journal, scene.actor("counter"), case_ids=ids, now=scene.tick())

    def hand_over(self, held: list[CaseFile]) -> None:
        """Most fetch their card at once, some later."""
        scene = self.scene
        for case in held:
            if scene.random.random() < 0.7:
                products.hand_card_over(
                    scene.journal,
                    scene.actor("counter"),
                    case_id=case.id,
                    receiver=case.name,
                    relation="self",
                    surrendered="KTM lama, rusak" if case.kind == "damaged" else "",
                    now=scene.tick(),
                )
