"""Dispatches of the demo's office: collected, confirmed and closed twice a week; the last one stays unsent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.messages import PRINT_READY
from app.core.permissions import Actor
from app.demo.hands import Hands
from app.demo.stories import Story
from app.ktp import dispatch, recording

TUESDAY, THURSDAY = 1, 3
HELD = frozenset({"ready", "young", "draft", "unsent"})
"""Stories that wait in step `dispatch` until the last day, or longer."""


def is_posting_day(hands: Hands) -> bool:
    """Tuesday and Thursday, and the last day of all."""
    return hands.today.weekday() in (TUESDAY, THURSDAY) or hands.today == hands.last_day


def held(story: Story) -> bool:
    """Whether an ordinary dispatch leaves this case out."""
    stays = story.halt == "misprint" and "misprint" in story.done
    return story.halt in HELD or stays or story.leaves_at == "dispatch"


def post(hands: Hands, stories: Mapping[int, Story]) -> None:
    """Send what is ready; on the last day also leave a draft behind."""
    renew(hands)
    waiting = [one.id for one in dispatch.ready(hands.db, hands.today) if not one.why_not]
    if hands.today == hands.last_day:
        send(hands, [one for one in waiting if stories[one].halt == "unsent"], hands.agung)
        draft(hands, [one for one in waiting if stories[one].halt == "draft"])
    else:
        chosen = [one for one in waiting if not held(stories[one])]
        camat = hands.random.random() < 0.2
        send(hands, chosen, hands.actors["hendra"] if camat else hands.agung)


def renew(hands: Hands) -> None:
    """Look the waiting records up in the central system again: what was on its way is ready to be printed now."""
    for one in dispatch.ready(hands.db, hands.today):
        recorded = recording.latest(hands.db, one.key)
        if recorded is not None and recorded.status not in PRINT_READY | recording.UNUSABLE:
            recording.update_status(
                hands.journal, hands.fajar, case_id=one.id, status="print_ready", now=hands.tick()
            )


def draft(hands: Hands, case_ids: Sequence[int]) -> int | None:
    """Put a dispatch together."""
    if not case_ids:
        return None
    return dispatch.draft(hands.journal, hands.retno, case_ids=case_ids, now=hands.tick())


def send(hands: Hands, case_ids: Sequence[int], confirms: Actor) -> None:
    """Put a dispatch together, confirm and close it, print its letter and minutes."""
    number = draft(hands, case_ids)
    if number is None:
        return
    dispatch.send(hands.journal, confirms, dispatch_id=number, now=hands.tick())
    for paper in ("covering_letter", "minutes"):
        hands.paper(f"dispatch/{number}", paper)
