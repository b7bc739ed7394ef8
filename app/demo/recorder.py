"""The operator of the demo: appointments, recordings, and those who were recorded long ago."""

from __future__ import annotations

from datetime import timedelta

from app.core.permissions import Actor
from app.demo.counter import correct
from app.demo.hands import Hands
from app.demo.stories import Story
from app.ktp import recording

PLACE = "Kantor Kecamatan Yosowilangun"


def record(hands: Hands, story: Story) -> None:
    """Schedule and note the recording, or note that it was done long ago."""
    if story.fate == "corrected" and story.first_time("corrected"):
        correct(hands, story)
    if "biometric" in story.done and story.first_time("recorded again"):
        note(hands, story, hands.agung, "print_ready", ground="centre_refusal",
             why="Ditolak pusat karena biometrik tidak terbaca.")  # fmt: skip
    elif story.kind != "baru" or story.again:
        note(hands, story, hands.fajar, "card_printed", already=True)
    elif story.halt == "unscheduled":
        return
    elif recording.slot_of(hands.db, story.case_id) is None:
        schedule(hands, story)
    else:
        attend(hands, story)


def schedule(hands: Hands, story: Story) -> None:
    """An appointment within the next days; a swift one comes at once, a halted one after the end."""
    at_once = story.swift and story.halt != "scheduled"
    start = hands.last_day if story.halt == "scheduled" else hands.today
    on = hands.calendar.add_workdays(start, 0 if at_once else hands.random.randint(1, 3))
    recording.schedule(hands.journal, hands.fajar, case_id=story.case_id, on=on, now=hands.tick())
    story.ready_on = on
    if at_once:
        attend(hands, story)


def attend(hands: Hands, story: Story) -> None:
    """The day of the appointment: absent, failed at the centre, or recorded."""
    if story.fate == "absent" and story.first_time("absent"):
        recording.attend(hands.journal, hands.fajar, case_id=story.case_id, attended=False, now=hands.tick())
        story.ready_on = hands.calendar.add_workdays(hands.today, 3)
        recording.schedule(
            hands.journal, hands.fajar, case_id=story.case_id, on=story.ready_on, now=hands.tick()
        )
    elif story.fate == "efac" and story.first_time("efac"):
        note(hands, story, hands.fajar, "efac")
        hands.later(story, 6, 10)
    elif story.fate == "efac":
        if story.halt != "efac":
            note(hands, story, hands.agung, "print_ready", ground="efac",
                 why="Rekaman pertama gagal di pusat (EFAC), penghapusan selesai.")  # fmt: skip
    else:
        status = hands.random.choice(("print_ready", "print_ready", "sfe", "bio_captured"))
        note(hands, story, hands.fajar, status)


def note(hands: Hands, story: Story, who: Actor, status: str, *, already: bool = False, ground: str = "",
         why: str = "") -> None:  # fmt: skip
    """Write a recording down; one found in the central system is some years old."""
    on = hands.today - timedelta(days=365 * (2 + story.case_id % 7) if already else 0)
    recording.note_recording(hands.journal, who, case_id=story.case_id, status=status, on=on, place=PLACE,
                             now=hands.tick(), already=already, ground=ground, note=why)  # fmt: skip
