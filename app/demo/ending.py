"""What lies about on the last afternoon: unfinished forms, an answer to be checked, a broken device."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.cases import drafts
from app.cases import service as cases
from app.core.permissions import Actor
from app.demo.cast import BROKEN_AT_LAST, KRAI, MUNDER
from app.demo.hands import Hands
from app.demo.people import Citizens
from app.demo.stories import CLERKS, Story
from app.ktp import answers
from app.ktp.moves import SERVICE
from app.ktp.tables import DispatchLineRow
from app.office import service as office


def leave_behind(hands: Hands, stories: Mapping[int, Story]) -> None:
    """The last minutes of the last day, after the evening's exchange."""
    people = Citizens(hands.random, [MUNDER, KRAI])
    people.drawn = 9000
    for username, count in (("retno", 2), (CLERKS[MUNDER], 1), (CLERKS[KRAI], 1)):
        for _ in range(count):
            unfinished(hands, hands.actors[username], people)
    type_one_answer(hands, stories)
    office.note_device(hands.journal, hands.fajar, name=BROKEN_AT_LAST, works=False, now=hands.tick(),
                       note="Lensa buram, teknisi dipanggil.")  # fmt: skip
    waiting = [story for story in stories.values() if story.halt == "uncollected"]
    for story in waiting[:1]:
        cases.note(hands.journal, hands.actors["wiji"], case_id=story.case_id, action="note", now=hands.tick(),
                   text="Titip pesan lewat perangkat desa.")  # fmt: skip


def unfinished(hands: Hands, author: Actor, people: Citizens) -> None:
    """A form that somebody left in the middle."""
    citizen = people.draw(hands.today, ages=(17, 50), village=author.area or "")
    held = {
        key: text for key, text in citizen.fields().items() if key in ("nik", "kk", "full_name", "village")
    }
    number = drafts.start(hands.db, author, service=SERVICE, now=hands.tick() - timedelta(minutes=30))
    drafts.save(hands.db, author, number, held | {"kind": "baru"}, hands.tick())


def type_one_answer(hands: Hands, stories: Mapping[int, Story]) -> None:
    """One line of the returned list is typed and waits for the second person."""
    chosen = next((story for story in stories.values() if story.halt == "waiting"), None)
    if chosen is None:
        return
    line = DispatchLineRow.first(hands.db, DispatchLineRow.case_id == chosen.case_id)
    if line is not None:
        answers.type_answer(hands.journal, hands.retno, dispatch_id=line.dispatch_id, ordinal=line.ordinal,
                            result="printed", serial="LMJ25999001", now=hands.tick())  # fmt: skip
