"""Random work at the centre beside accepting and printing: blanks, offices, recalls, shipments in parts."""

from app.centre import offices, service, settings
from sync import enrolment
from tests.proof.pair import ADDRESS, OFFICE
from tests.proof.worker import Worker


def receive_blanks(worker: Worker) -> None:
    worker.serial += 1
    worker.at_floor(service.receive_blanks, count=worker.chance.randint(1, 50), letter=f"SP-{worker.serial}-B")


def correct_blanks(worker: Worker) -> None:
    worker.at_floor(service.correct_blanks, count=worker.chance.choice([-2, -1, 1, 3]), reason="Hitung ulang")


def count_blanks(worker: Worker) -> None:
    worker.at_floor(service.count_blanks, counted=worker.chance.randint(4900, 5100), note="Laci dihitung")


def invite(worker: Worker) -> None:
    """A code is printed for an office, ours or another one; nobody uses it here."""
    code, name = worker.chance.choice([(OFFICE, "Yosowilangun"), ("350802", "Klakah"), ("350821", "Ranuyoso")])

    def issue(office_code: str, label: str, actor: str, now: object) -> str:
        return enrolment.issue_code(
            worker.pair.centre, office_code, label, address=ADDRESS, actor=actor, now=worker.pair.now
        ).text()

    worker.at_floor(offices.invite_office, office=code, name=name, issue=issue)


def change_centre(worker: Worker) -> None:
    place = worker.chance.choice(["Lumajang", "Wonorejo"])
    worker.at_floor(settings.change_settings, values={"centre.place": place})


def tell_state(worker: Worker) -> None:
    offices.publish_state(worker.pair.centre.journal, now=worker.pair.now)


def give_back(worker: Worker) -> None:
    """The print room gives a line back that the office asked for."""
    rows = list(
        worker.pair.centre.db.run(
            "SELECT line FROM incoming_line WHERE recall <> '' AND state IN"
            " ('waiting', 'accepted') ORDER BY source, line"
        )
    )
    line = worker.chance.choice(rows)[0] if rows else "1/dukcapil/999999"
    worker.at_floor(service.answer_recall, office=OFFICE, line=line)


def accept_dispatch(worker: Worker) -> None:
    rows = list(worker.pair.centre.db.run("SELECT dispatch_id FROM incoming_dispatch ORDER BY dispatch_id"))
    dispatch_id = int(worker.chance.choice(rows)[0]) if rows else 0
    worker.at_floor(service.accept_dispatch, office=OFFICE, dispatch_id=dispatch_id)


def ship_some(worker: Worker) -> None:
    """A part of what is printed leaves with its printed list; the rest waits."""
    rows = worker.pair.centre.db.run("SELECT line FROM incoming_line WHERE state = 'printed' ORDER BY line")
    lines = [row[0] for row in rows][:2]
    number = worker.at_floor(service.ship_cards, office=OFFICE, lines=lines, counted=len(lines), carrier="Kurir")
    worker.at_floor(service.note_list_printed, office=OFFICE, shipment=number, content="a" * 64)
