"""After the dispatch in the demo's office: lines asked back or repaired, cards counted, called for and handed over."""

from __future__ import annotations

from collections.abc import Mapping

from app.demo.counter import case_of
from app.demo.hands import EXIT_REASONS, Hands
from app.demo.stories import CLERKS, Story
from app.ktp import answers, cards, returned_cards
from app.ktp.dispatch import ask_back
from app.ktp.tables import DispatchLineRow


def newest_line(hands: Hands, story: Story) -> DispatchLineRow:
    """The newest dispatch line of a case that has been sent."""
    return DispatchLineRow.rows(hands.db, DispatchLineRow.case_id == story.case_id,
                                order=DispatchLineRow.dispatch_id.desc(), limit=1)[0]  # fmt: skip


def at_the_centre(hands: Hands, story: Story) -> None:
    """A line is asked back, or an answer is typed from a list that came on paper before the road brought one."""
    line = newest_line(hands, story)
    if line.result not in ("waiting", "accepted"):
        return
    if story.fate == "recalled" and story.first_time("asked back"):
        ask_back(hands.journal, hands.agung, dispatch_id=line.dispatch_id, ordinal=line.ordinal,
                 reason=EXIT_REASONS["recalled"], now=hands.tick())  # fmt: skip
    elif story.halt == "conflict" and story.first_time("typed"):
        type_refusal(hands, line)


def type_refusal(hands: Hands, line: DispatchLineRow) -> None:
    """The returned list says refused; the centre will say otherwise, and a person has to decide."""
    where = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal}
    answers.type_answer(hands.journal, hands.retno, **where, result="refused", now=hands.tick(),
                        reason="Nama berbeda dengan data pusat.")  # fmt: skip
    answers.check_answer(hands.journal, hands.fajar, **where, agrees=True, now=hands.tick())


def repair(hands: Hands, story: Story) -> None:
    """A refused line is put right under its number, or its case is closed."""
    if story.halt == "conflict":
        return
    if "asked back" in story.done:
        hands.leave(story, "recalled")
        return
    biometric = bool(newest_line(hands, story).biometric)
    story.done.add("biometric" if biometric else "mended")
    note = (
        "Pemohon dipanggil untuk rekam ulang." if biometric else "Data dicocokkan dengan KK dan diperbaiki."
    )
    returned_cards.repaired(hands.journal, hands.fajar if biometric else hands.retno, case_id=story.case_id, note=note,
                   now=hands.tick(), record_again=biometric)  # fmt: skip
    hands.later(story, 1, 3)


def count_shipments(hands: Hands, stories: Mapping[int, Story]) -> None:
    """Cards that left the centre before today are counted against their shipping list."""
    for shipment in cards.shipments(hands.db):
        if shipment.arrived_on or shipment.sent_on >= hands.today.isoformat():
            continue
        arrived = [row[0] for row in cards.expected(hands.db, shipment.number)]
        if not arrived or any(stories[one].halt == "shipped" for one in arrived):
            continue
        cards.arrive(hands.journal, hands.retno, case_ids=arrived, counted=len(arrived), shipment=shipment.number,
                     now=hands.tick())  # fmt: skip
        for case_id in arrived:
            hands.later(stories[case_id], 0, 1)


def at_the_counter(hands: Hands, story: Story) -> None:
    """Call, wait, hand the card over."""
    if story.fate == "misprint" and story.first_time("misprint"):
        returned_cards.misprint(hands.journal, hands.retno, case_id=story.case_id, now=hands.tick(),
                       reason="Foto tertukar dengan pemohon lain.")  # fmt: skip
    elif story.first_time("called"):
        call(hands, story)
        hands.later(story, 1, 12 if story.fate == "slow" else 4)
    elif story.fate == "uncollected" or story.halt in ("uncollected", "closed_uncollected"):
        wait_in_vain(hands, story)
    else:
        give(hands, story)


def call(hands: Hands, story: Story) -> None:
    """One attempt to reach the applicant."""
    means = "village" if story.village_route else "phone" if story.citizen.phone else "message"
    who = hands.actors[CLERKS[story.citizen.village]] if story.village_route else hands.retno
    reached = story.fate != "uncollected" and hands.random.random() < 0.85
    cards.call(hands.journal, who, case_id=story.case_id, means=means, reached=reached, now=hands.tick(),
               note="" if reached else "Tidak diangkat.")  # fmt: skip


def wait_in_vain(hands: Hands, story: Story) -> None:
    """Nobody comes: called again, and closed some weeks later unless the card is to be seen waiting."""
    if story.first_time("called twice"):
        call(hands, story)
        story.ready_on = hands.calendar.add_workdays(hands.today, 15)
    elif story.halt != "uncollected":
        hands.leave(story, "uncollected")


def give(hands: Hands, story: Story) -> None:
    """Hand the card over against a signature."""
    roll = hands.random.random()
    relation = "self" if roll < 0.75 else "family" if roll < 0.93 else "authorised"
    surrenders = cards.needs_surrender(hands.db, case_of(hands, story))
    cards.hand_over(hands.journal, hands.retno, case_id=story.case_id, relation=relation, now=hands.tick(),
                    receiver=story.citizen.name if relation == "self" else story.citizen.mother,
                    authority="Surat kuasa bermeterai" if relation == "authorised" else "",
                    surrendered="KTP-el lama, sudah digunting" if surrenders else "")  # fmt: skip
    hands.paper(f"case/{story.case_id}", "hand_over")
