"""The counter of the demo: applications come in, are checked, go back for what is missing, and come again."""

from __future__ import annotations

from typing import Any

from app.cases import checking, moving, opening, queries
from app.cases import service as cases
from app.cases.tables import CaseFile, ReservedForm
from app.demo.hands import Hands, heeding
from app.demo.stories import CLERKS, Story
from app.ktp.moves import SERVICE
from app.ktp.rules import KtpRules

RETURNED_FOR = {
    "kk_copy": "Fotokopi KK tidak ada",
    "photo": "Warna latar pas foto tidak sesuai tahun lahir",
    "signature_village_head": "Tanda tangan kepala desa tidak ada",
    "signature_applicant": "Tanda tangan pemohon tidak ada",
}
"""Items that may be missing, with the reason of the return slip."""

LOOKED_AT = {"photo"}
"""Of these, what is there but not as it should be."""


def case_of(hands: Hands, story: Story) -> CaseFile:
    """The case of a story that has been opened."""
    case = cases.case_by_id(hands.db, story.case_id)
    assert case is not None  # the demo opened it and nothing deletes a case
    return case


def open_case(hands: Hands, story: Story) -> None:
    """Register an application, at the counter or from the village."""
    clerk = hands.actors[CLERKS[story.citizen.village]] if story.village_route else hands.retno
    lacking = hands.random.choice(list(RETURNED_FOR)) if story.fate == "returned" else ""
    ticked = {one.id: "" for one in hands.definition.requirements if one.id != lacking}
    late, now = by_hand(hands, story), hands.tick()
    opened = heeding(lambda heeded: opening.open_case(
        hands.journal, clerk, service=SERVICE, raw=typed(story), ticked=ticked, now=now, rules=KtpRules(),
        heeded=heeded, **late))  # fmt: skip
    story.case_id, story.number = opened.id, opened.number
    if story.village_route:
        hands.later(story, 1, 3)
    else:
        hands.paper(f"case/{opened.id}", "receipt")
        hands.later(story, 0, 1)


def typed(story: Story) -> dict[str, str]:
    """The form as it is typed."""
    raw = story.citizen.fields() | {"kind": story.kind, "form_code": "f_1_02"}
    if story.kind == "perubahan_data":
        raw["changes"] = "Status kawin: dari belum kawin menjadi kawin."
    if story.halt == "young":
        raw["marital_status"] = "belum_kawin"
    return raw


def by_hand(hands: Hands, story: Story) -> dict[str, Any]:
    """What a form written in a power cut adds: its reserved number, the day it came, and why it is typed late."""
    if story.fate != "power_cut" or story.village_route:
        return {}
    if not hands.forms:
        hands.forms = cases.reserve_forms(hands.journal, hands.retno, service=SERVICE, count=10, area="",
                                          now=hands.tick())  # fmt: skip
    code = hands.forms.pop(0)
    row = ReservedForm.first(hands.db, ReservedForm.code == code)
    story.done.add("reserved")
    received = hands.day_before()
    if row is None or row.reserved_at[:10] > received.isoformat():
        return {"form_code": code}
    return {
        "form_code": code,
        "received_on": received,
        "late_reason": "Listrik padam, formulir diisi dengan tangan.",
    }


def submit(hands: Hands, story: Story) -> None:
    """The village brings the paper file."""
    moving.advance(hands.journal, hands.retno, case_id=story.case_id, outcome="received", now=hands.tick())
    check(hands, story)


def bring_back(hands: Hands, story: Story) -> None:
    """The applicant comes again with what was missing."""
    moving.advance(hands.journal, hands.retno, case_id=story.case_id, outcome="resubmitted", now=hands.tick())
    check(hands, story)


def check(hands: Hands, story: Story) -> None:
    """The counter check: complete, or returned with what is missing."""
    if story.fate == "rejected":
        hands.leave(story, "rejected")
        return
    returned = story.fate == "returned" and story.first_time("returned")
    missing = lacking(hands, story) if returned else set()
    needed = [one.id for one in queries.requirements(hands.definition, case_of(hands, story))]
    states = {one: ("wrong" if one in missing & LOOKED_AT else "missing" if one in missing else "present", "")
              for one in needed}  # fmt: skip
    reasons = [RETURNED_FOR[one] for one in sorted(missing)]
    checking.check(hands.journal, hands.retno, case_id=story.case_id, states=states, now=hands.tick(),
                   seen=sights(hands, story, missing), outcome="returned" if returned else "complete",
                   note=checking.joined(reasons, ""))  # fmt: skip
    hands.paper(f"case/{story.case_id}", "return_slip" if returned else "promise_slip")
    if returned:
        hands.later(story, 3, 9)
        return
    cases.put_away(hands.journal, hands.retno, case_id=story.case_id, place="folder",
                   number=str(1 + story.case_id % 12), now=hands.tick())  # fmt: skip
    hands.later(story, 1, 2)


def sights(hands: Hands, story: Story, missing: set[str]) -> dict[str, str]:
    """What the clerk sees of each paper that is looked at: what is asked for, or the other one."""
    form, seen = queries.form_of(hands.definition, case_of(hands, story)), {}
    for one in hands.definition.requirements:
        if one.observed is not None:
            asked = str(form.facts.get(one.observed.expected, ""))
            other = next(each.value for each in one.observed.choices if each.value != asked)
            seen[one.id] = other if one.id in missing else asked
    return seen


def lacking(hands: Hands, story: Story) -> set[str]:
    """What was not brought along when the case was opened, else something of the list."""
    known = queries.lacking(hands.db, [story.case_id]).get(story.case_id, [])
    return {one for one in known if one in RETURNED_FOR} or {hands.random.choice(list(RETURNED_FOR))}


def correct(hands: Hands, story: Story) -> None:
    """The Kasi corrects an address that was typed wrongly."""
    address = (
        {"home_address": "Krajan Timur, RT 3 RW 1"} if story.citizen.home else {"street": "Krajan Timur"}
    )
    raw = queries.form_of(hands.definition, case_of(hands, story)).values | address
    now = hands.tick()
    heeding(lambda heeded: cases.correct(
        hands.journal, hands.agung, case_id=story.case_id, raw=raw, rules=KtpRules(), now=now, heeded=heeded,
        reason="Alamat salah ketik, disesuaikan dengan KK."))  # fmt: skip
