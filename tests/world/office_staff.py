"""The counter of the demo: applications come in, are checked, go back for what is missing, and come again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.casework.batches import answers, dispatch, products
from app.casework.batches.dispatch import ask_line_back
from app.casework.batches.tables import DispatchLineRow
from app.casework.desk import checklist, moving, opening, queries
from app.casework.desk import service as cases
from app.casework.desk.moving import case_definition
from app.casework.desk.tables import CaseFile, ReservedForm
from app.cli.demo.stories import CLERKS, Story
from app.core.permissions import Actor
from app.services.ktp import recording
from app.services.ktp.queries import status_rows
from app.services.ktp.rules import KtpRules
from app.services.ktp.tables import SERVICE
from tests.world.office_day import EXIT_REASONS, OfficeDay, run_heeding

RETURNED_FOR = {
    "kk_copy": "Fotokopi KK tidak ada",
    "photo": "Warna latar pas foto tidak sesuai tahun lahir",
    "signature_village_head": "Tanda tangan kepala desa tidak ada",
    "signature_applicant": "Tanda tangan pemohon tidak ada",
}
"""Items that may be missing, with the reason of the return slip."""

LOOKED_AT = {"photo"}
"""Of these, what is there but not as it should be."""


def case_of(hands: OfficeDay, story: Story) -> CaseFile:
    case = cases.case_by_id(hands.db, story.case_id)
    assert case is not None  # the demo opened it and nothing deletes a case
    return case


def open_case(hands: OfficeDay, story: Story) -> None:
    clerk = hands.actors[CLERKS[story.citizen.village]] if story.village_route else hands.retno
    lacking = hands.random.choice(list(RETURNED_FOR)) if story.fate == "returned" else ""
    ticked = {requirement.id: "" for requirement in hands.definition.requirements if requirement.id != lacking}
    late, now = power_cut_form(hands, story), hands.tick()
    opened = run_heeding(
        lambda heeded: opening.open_case(
            hands.journal,
            clerk,
            opening.Application(service=SERVICE, raw=typed_form(story), ticked=ticked, heeded=heeded, **late),
            now=now,
            rules=KtpRules(),
        )
    )
    story.case_id, story.number = opened.id, opened.number
    if story.village_route:
        hands.later(story, 1, 3)
    else:
        hands.paper(f"case/{opened.id}", "receipt")
        hands.later(story, 0, 1)


def typed_form(story: Story) -> dict[str, str]:
    raw = story.citizen.fields() | {"kind": story.kind, "form_code": "f_1_02"}
    if story.kind == "perubahan_data":
        raw["changes"] = "Status kawin: dari belum kawin menjadi kawin."
    if story.halt == "young":
        raw["marital_status"] = "belum_kawin"
    return raw


def power_cut_form(hands: OfficeDay, story: Story) -> dict[str, Any]:
    """What a form written in a power cut adds: its reserved number, the day it came, and why it is typed late."""
    if story.fate != "power_cut" or story.village_route:
        return {}
    if not hands.forms:
        hands.forms = cases.reserve_forms(
            hands.journal, hands.retno, service=SERVICE, count=10, area="", now=hands.tick()
        )
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


def receive_paper_file(hands: OfficeDay, story: Story) -> None:
    moving.advance_case(hands.journal, hands.retno, case_id=story.case_id, outcome="received", now=hands.tick())
    check_file(hands, story)


def bring_file_back(hands: OfficeDay, story: Story) -> None:
    moving.advance_case(hands.journal, hands.retno, case_id=story.case_id, outcome="resubmitted", now=hands.tick())
    check_file(hands, story)


def check_file(hands: OfficeDay, story: Story) -> None:
    if story.fate == "rejected":
        hands.leave(story, "rejected")
        return
    returned = story.fate == "returned" and story.first_time("returned")
    missing = missing_papers(hands, story) if returned else set()
    needed = [requirement.id for requirement in checklist.case_requirements(hands.definition, case_of(hands, story))]
    states = {
        one: ("wrong" if one in missing & LOOKED_AT else "missing" if one in missing else "present", "")
        for one in needed
    }
    reasons = [RETURNED_FOR[paper] for paper in sorted(missing)]
    cases.check_case(
        hands.journal,
        hands.retno,
        case_id=story.case_id,
        states=states,
        now=hands.tick(),
        seen=seen_papers(hands, story, missing),
        outcome="returned" if returned else "complete",
        note=cases.join_reasons(reasons, ""),
    )
    hands.paper(f"case/{story.case_id}", "return_slip" if returned else "promise_slip")
    if returned:
        hands.later(story, 3, 9)
        return
    cases.place_case(
        hands.journal,
        hands.retno,
        case_id=story.case_id,
        place="folder",
        number=str(1 + story.case_id % 12),
        now=hands.tick(),
    )
    hands.later(story, 1, 2)


def seen_papers(hands: OfficeDay, story: Story, missing: set[str]) -> dict[str, str]:
    form, seen = queries.case_form(hands.definition, case_of(hands, story)), {}
    for requirement in hands.definition.requirements:
        if requirement.observed is not None:
            asked = str(form.facts.get(requirement.observed.expected, ""))
            other = next(each.value for each in requirement.observed.choices if each.value != asked)
            seen[requirement.id] = other if requirement.id in missing else asked
    return seen


def missing_papers(hands: OfficeDay, story: Story) -> set[str]:
    known = checklist.lacking_items(hands.db, [story.case_id]).get(story.case_id, [])
    return {one for one in known if one in RETURNED_FOR} or {hands.random.choice(list(RETURNED_FOR))}


def correct_address(hands: OfficeDay, story: Story) -> None:
    address = {"home_address": "Krajan Timur, RT 3 RW 1"} if story.citizen.home else {"street": "Krajan Timur"}
    raw = queries.case_form(hands.definition, case_of(hands, story)).values | address
    now = hands.tick()
    run_heeding(
        lambda heeded: cases.correct_case(
            hands.journal,
            hands.agung,
            case_id=story.case_id,
            raw=raw,
            rules=KtpRules(),
            now=now,
            heeded=heeded,
            reason="Alamat salah ketik, disesuaikan dengan KK.",
        )
    )


PLACE = "Kantor Kecamatan Yosowilangun"


def record_applicant(hands: OfficeDay, story: Story) -> None:
    if story.fate == "corrected" and story.first_time("corrected"):
        correct_address(hands, story)
    if "biometric" in story.done and story.first_time("recorded again"):
        write_recording(
            hands,
            story,
            hands.agung,
            "print_ready",
            ground="centre_refusal",
            why="Ditolak pusat karena biometrik tidak terbaca.",
        )
    elif story.kind != "baru" or story.again:
        write_recording(hands, story, hands.fajar, "card_printed", already=True)
    elif story.halt == "unscheduled":
        return
    elif recording.find_slot(hands.db, story.case_id) is None:
        schedule_recording(hands, story)
    else:
        attend_recording(hands, story)


def schedule_recording(hands: OfficeDay, story: Story) -> None:
    at_once = story.swift and story.halt != "scheduled"
    start = hands.last_day if story.halt == "scheduled" else hands.today
    on = hands.calendar.add_workdays(start, 0 if at_once else hands.random.randint(1, 3))
    recording.schedule_recording(hands.journal, hands.fajar, case_id=story.case_id, on=on, now=hands.tick())
    story.ready_on = on
    if at_once:
        attend_recording(hands, story)


def attend_recording(hands: OfficeDay, story: Story) -> None:
    if story.fate == "absent" and story.first_time("absent"):
        recording.note_attendance(hands.journal, hands.fajar, case_id=story.case_id, attended=False, now=hands.tick())
        story.ready_on = hands.calendar.add_workdays(hands.today, 3)
        recording.schedule_recording(
            hands.journal, hands.fajar, case_id=story.case_id, on=story.ready_on, now=hands.tick()
        )
    elif story.fate == "efac" and story.first_time("efac"):
        write_recording(hands, story, hands.fajar, "efac")
        hands.later(story, 6, 10)
    elif story.fate == "efac":
        if story.halt != "efac":
            write_recording(
                hands,
                story,
                hands.agung,
                "print_ready",
                ground="efac",
                why="Rekaman pertama gagal di pusat (EFAC), penghapusan selesai.",
            )
    else:
        status = hands.random.choice(("print_ready", "print_ready", "sfe", "bio_captured"))
        write_recording(hands, story, hands.fajar, status)


def write_recording(
    hands: OfficeDay, story: Story, who: Actor, status: str, *, already: bool = False, ground: str = "", why: str = ""
) -> None:
    on = hands.today - timedelta(days=365 * (2 + story.case_id % 7) if already else 0)
    recording.note_recording(
        hands.journal,
        who,
        case_id=story.case_id,
        status=status,
        on=on,
        place=PLACE,
        now=hands.tick(),
        how="already" if already else "here",
        ground=ground,
        note=why,
    )


TUESDAY, THURSDAY = 1, 3
HELD = frozenset({"ready", "young", "draft", "unsent"})
"""Stories that wait in step `dispatch` until the last day, or longer."""


def is_posting_day(hands: OfficeDay) -> bool:
    return hands.today.weekday() in (TUESDAY, THURSDAY) or hands.today == hands.last_day


def is_held_back(story: Story) -> bool:
    stays = story.halt == "misprint" and "misprint" in story.done
    return story.halt in HELD or stays or story.leaves_at == "dispatch"


def send_dispatches(hands: OfficeDay, stories: Mapping[int, Story]) -> None:
    renew_record_states(hands)
    waiting = [case.id for case in dispatch.ready_cases(hands.db, "ktp-el", hands.today) if not case.why_not]
    if hands.today == hands.last_day:
        send_dispatch(hands, [one for one in waiting if stories[one].halt == "unsent"], hands.agung)
        draft_dispatch(hands, [one for one in waiting if stories[one].halt == "draft"])
    else:
        chosen = [one for one in waiting if not is_held_back(stories[one])]
        camat = hands.random.random() < 0.2
        send_dispatch(hands, chosen, hands.actors["hendra"] if camat else hands.agung)


def renew_record_states(hands: OfficeDay) -> None:
    """Look the waiting records up in the central system again: what was on its way is ready to be printed now."""
    for row in status_rows(hands.db, None):
        if row.status and row.status not in recording.UNUSABLE:
            recording.update_status(hands.journal, hands.fajar, case_id=row.id, status="print_ready", now=hands.tick())


def draft_dispatch(hands: OfficeDay, case_ids: Sequence[int]) -> int | None:
    if not case_ids:
        return None
    return dispatch.draft_dispatch(hands.journal, hands.retno, case_ids=case_ids, now=hands.tick())


def send_dispatch(hands: OfficeDay, case_ids: Sequence[int], confirms: Actor) -> None:
    number = draft_dispatch(hands, case_ids)
    if number is None:
        return
    dispatch.send_dispatch(hands.journal, confirms, dispatch_id=number, now=hands.tick())
    for paper in ("covering_letter", "minutes"):
        hands.paper(f"dispatch/{number}", paper)


def newest_line(hands: OfficeDay, story: Story) -> DispatchLineRow:
    return DispatchLineRow.rows(hands.db, DispatchLineRow.case_id == story.case_id, order="dispatch_id DESC", limit=1)[
        0
    ]


def await_centre(hands: OfficeDay, story: Story) -> None:
    line = newest_line(hands, story)
    if line.result not in ("waiting", "accepted"):
        return
    if story.fate == "recalled" and story.first_time("asked back"):
        ask_line_back(
            hands.journal,
            hands.agung,
            dispatch_id=line.dispatch_id,
            ordinal=line.ordinal,
            reason=EXIT_REASONS["recalled"],
            now=hands.tick(),
        )
    elif story.halt == "conflict" and story.first_time("typed"):
        type_refusal(hands, line)


def type_refusal(hands: OfficeDay, line: DispatchLineRow) -> None:
    """The returned list says refused; the centre will say otherwise, and a person has to decide."""
    where = {"dispatch_id": line.dispatch_id, "ordinal": line.ordinal}
    answers.type_answer(
        hands.journal,
        hands.retno,
        **where,
        result="refused",
        now=hands.tick(),
        reason="Nama berbeda dengan data pusat.",
    )
    answers.check_typed_answer(hands.journal, hands.fajar, **where, agrees=True, now=hands.tick())


def repair_line(hands: OfficeDay, story: Story) -> None:
    if story.halt == "conflict":
        return
    if "asked back" in story.done:
        hands.leave(story, "recalled")
        return
    biometric = bool(newest_line(hands, story).biometric)
    story.done.add("biometric" if biometric else "mended")
    note = "Pemohon dipanggil untuk rekam ulang." if biometric else "Data dicocokkan dengan KK dan diperbaiki."
    products.note_repair(
        hands.journal,
        hands.fajar if biometric else hands.retno,
        case_id=story.case_id,
        note=note,
        now=hands.tick(),
        how="record_again" if biometric else "repaired",
    )
    hands.later(story, 1, 3)


def count_shipments(hands: OfficeDay, stories: Mapping[int, Story]) -> None:
    for shipment in products.list_shipments(hands.db):
        if shipment.arrived_on or shipment.sent_on >= hands.today.isoformat():
            continue
        arrived = [row.id for row in products.expected_cards(hands.db, "ktp-el", shipment.number)]
        if not arrived or any(stories[one].halt == "shipped" for one in arrived):
            continue
        products.count_cards_in(
            hands.journal,
            hands.retno,
            case_ids=arrived,
            counted=len(arrived),
            shipment=shipment.number,
            now=hands.tick(),
        )
        for case_id in arrived:
            hands.later(stories[case_id], 0, 1)


def serve_card(hands: OfficeDay, story: Story) -> None:
    if story.fate == "misprint" and story.first_time("misprint"):
        products.note_misprint(
            hands.journal,
            hands.retno,
            case_id=story.case_id,
            now=hands.tick(),
            reason="Foto tertukar dengan pemohon lain.",
        )
    elif story.first_time("called"):
        call_applicant(hands, story)
        hands.later(story, 1, 12 if story.fate == "slow" else 4)
    elif story.fate == "uncollected" or story.halt in ("uncollected", "closed_uncollected"):
        wait_in_vain(hands, story)
    else:
        give_card(hands, story)


def call_applicant(hands: OfficeDay, story: Story) -> None:
    means = "village" if story.village_route else "phone" if story.citizen.phone else "message"
    who = hands.actors[CLERKS[story.citizen.village]] if story.village_route else hands.retno
    reached = story.fate != "uncollected" and hands.random.random() < 0.85
    products.note_call(
        hands.journal,
        who,
        case_id=story.case_id,
        means=means,
        reached=reached,
        now=hands.tick(),
        note="" if reached else "Tidak diangkat.",
    )


def wait_in_vain(hands: OfficeDay, story: Story) -> None:
    if story.first_time("called twice"):
        call_applicant(hands, story)
        story.ready_on = hands.calendar.add_workdays(hands.today, 15)
    elif story.halt != "uncollected":
        hands.leave(story, "uncollected")


def give_card(hands: OfficeDay, story: Story) -> None:
    roll = hands.random.random()
    relation = "self" if roll < 0.75 else "family" if roll < 0.93 else "authorised"
    case = case_of(hands, story)
    surrenders = products.needs_surrender(hands.db, case_definition(hands.db, case), case)
    products.hand_card_over(
        hands.journal,
        hands.retno,
        case_id=story.case_id,
        relation=relation,
        now=hands.tick(),
        receiver=story.citizen.name if relation == "self" else story.citizen.mother,
        authority="Surat kuasa bermeterai" if relation == "authorised" else "",
        surrendered="KTP-el lama, sudah digunting" if surrenders else "",
    )
    hands.paper(f"case/{story.case_id}", "hand_over")
