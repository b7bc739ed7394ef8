"""Who may give which command, asked of the command itself: a page that forgets to ask changes nothing.

Each command gets arguments that nobody may look at. Whoever may not give it is sent away before, others arrive there.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import reduce
from importlib import import_module
from typing import Any, cast

import pytest

from app.casework.desk import drafts
from app.core.permissions import Actor
from app.core.problems import Problem
from schema.profiles import load_profile
from tests.rules.source import ROOT, place_of, room_modules

ROLES = load_profile().roles

DESK, STAFF = "counter operator kasubbag kasi", "counter operator kasubbag kasi sekretaris camat information"
PLEDGE = "give correct withdraw keep"
KEYS = "service.note_village_key network.change_village_address network.issue_village_code incoming.judge_held_file"
CALLS = "take_ticket call_next call_again begin_serving mark_absent finish_serving call_back"

COMMANDS: dict[str, str] = {
    # after a side came back: whoever decides on that side
    "backups.returns.confirm_return": "sekretaris admin centre_admin",
    "backups.returns.answer_claim": "sekretaris admin centre_admin",
    # application and file (SP 4.1 to 4.4)
    "desk.drafts.start_draft": f"{DESK} village",
    "desk.moving.leave_case": "kasi",
    "desk.moving.take_step": f"{STAFF} village",
    "desk.service.check_items": DESK,
    "desk.service.correct_case": "kasi",
    "desk.service.explain_case": DESK,
    "desk.service.note_on_case": f"{STAFF} village",
    "desk.service.place_case": DESK,
    "desk.service.pause_case": "kasi",
    "desk.service.resume_case": "kasi",
    "desk.service.record_print": f"{STAFF} village",
    "desk.service.judge_print": f"{STAFF} village",
    "desk.service.reserve_forms": f"{DESK} village",
    "desk.oversight.write_note": "sekretaris",
    "desk.oversight.answer_note": "kasi sekretaris",
    # recording, dispatch, answers, cards (SP 4.5 to 4.7)
    "ktp.recording.schedule_recording": "operator kasi",
    "ktp.recording.note_attendance": "operator kasi",
    "ktp.recording.note_recording": "operator kasi",
    "ktp.recording.update_status": "operator kasi",
    "ktp.recording.note_failed_recording": "operator kasi",
    "ktm.photos.match_photos": DESK,
    "ktm.photos.judge_photos": DESK,
    "batches.receipts.note_handed_over": "counter operator kasubbag kasi",
    "batches.dispatch.draft_dispatch": DESK,
    "batches.dispatch.drop_draft": DESK,
    "batches.dispatch.send_dispatch": "kasi camat",
    "batches.dispatch.ask_line_back": "kasi camat",
    "batches.answers.type_answer": DESK,
    "batches.answers.answer_old_case": DESK,
    "batches.answers.check_typed_answer": f"{DESK} sekretaris",
    "batches.answers.settle_conflict": "kasi camat",
    "batches.answers.type_answers_from_file": DESK,
    "batches.partner_lists.type_partner_list": DESK,
    "batches.answers.check_all_typed": f"{DESK} sekretaris",
    "batches.answers.open_case_value": "kasi",
    "batches.products.count_cards_in": DESK,
    "batches.products.note_call": f"{DESK} information village",
    "batches.products.hand_card_over": DESK,
    "batches.products.note_misprint": DESK,
    "batches.products.reopen_uncollected": DESK,
    "batches.products.note_repair": DESK,
    "importing.jobs.Jobs.start_job": "kasi sekretaris admin",
    "importing.jobs.Jobs.load_job": "kasi sekretaris admin",
    "importing.service.load_report": "kasi sekretaris admin",
    # complaints (SP 11)
    "complaints.service.write_line": "information counter kasi sekretaris",
    "complaints.service.add_note": "information counter kasi sekretaris",
    "complaints.service.attach_scan": "information counter kasi sekretaris",
    "complaints.service.link_lines": "information sekretaris",
    "complaints.suggestion_box.open_box": "information",
    "complaints.suggestion_box.explain_missed_days": "information sekretaris",
    "complaints.service.classify_line": "information sekretaris",
    "complaints.service.route_line": "information sekretaris",
    "complaints.service.write_first_answer": "information kasi",
    "complaints.service.write_follow_up": "kasi",
    "complaints.service.write_answer": "information kasi",
    "complaints.service.record_satisfaction": "information kasi",
    "complaints.service.close_line": "information kasi",
    "complaints.service.reopen_line": "information sekretaris",
    "complaints.service.stop_sms": "information counter kasi sekretaris",
    "complaints.service.strike_column": "information counter kasi sekretaris",
    "complaints.service.pause_clock": "kasi",
    "complaints.service.resume_clock": "kasi",
    "complaints.service.issue_code": "information",
    "complaints.service.set_line_aside": "information",
    "complaints.service.confirm_aside": "sekretaris",
    "complaints.service.take_back_line": "information sekretaris",
    "complaints.transitions.reveal_complainant": "information camat",
    "complaints.papers.number_answer": "information kasi",
    "complaints.papers.answer_paper": "information kasi",
    "complaints.papers.book_paper": STAFF,
    "complaints.signing.hand_out_answer": "information camat",
    "complaints.signing.take_back_answer": "information camat",
    "complaints.signing.open_answer": "information camat",
    "complaints.limits.set_section": "sekretaris admin",
    "complaints.limits.set_limit": "camat sekretaris",
    "complaints.limits.move_line_due": "sekretaris admin",
    "capa.service.open_report": "information kasi sekretaris",
    "capa.service.plan_round": "kasubbag kasi sekretaris information counter operator",
    "capa.service.complete_round": "kasubbag kasi sekretaris information counter operator",
    "capa.service.verify_round": "sekretaris kasi camat",
    "capa.service.add_line": "information kasi sekretaris",
    # the hotline
    "hotline.service.open_contact": "information",
    "hotline.service.set_field": "information",
    "hotline.service.attach_picture": "information",
    "hotline.service.make_complaint": "information",
    **dict.fromkeys(("hotline.messages.send_again", "hotline.messages.reply_to_chosen"), "information"),
    "hotline.messages.send_test": "sekretaris admin",
    "hotline.messages.erase_messages": "sekretaris admin",
    "hotline.messages.change_sms_settings": "sekretaris admin",
    "hotline.notices.stop_sms": f"{STAFF} village",
    "hotline.notices.change_notice_settings": "sekretaris admin",
    "hotline.articles.write_article": "information kasi sekretaris",
    "hotline.articles.approve_article": "kasi sekretaris camat",
    "hotline.articles.end_article": "information kasi sekretaris",
    "hotline.articles.answer_with_article": "information",
    # the queue of the waiting room
    **dict.fromkeys(map("tickets.service.{}".format, CALLS.split()), f"{DESK} information"),
    "tickets.service.change_ticket_settings": "sekretaris admin",
    "public.service.change_status_page": "sekretaris admin",
    **dict.fromkeys(map("villages.{}".format, KEYS.split()), "admin"),
    **{f"villages.{name}": DESK for name in ("service.seal_list", "incoming.take_drafts", "service.return_draft")},
    **dict.fromkeys(("public.service.hide_status", "public.service.show_status"), f"{STAFF} village"),
    "hotline.team.draft_team": "sekretaris camat",
    "hotline.team.sign_pact": "information",
    "hotline.team.release_member": "sekretaris camat",
    "hotline.team.withdraw_team": "camat",
    "quarter.service.draft_recap": "information",
    "quarter.service.mark_checked": "sekretaris",
    "quarter.service.approve_recap": "camat",
    "quarter.service.return_recap": "sekretaris camat",
    "quarter.service.add_addendum": "information",
    "quarter.service.post_recap": "information camat",
    **dict.fromkeys(map("quarter.service.{}_pledge".format, PLEDGE.split()), "information sekretaris camat"),
    # letters
    "letters.agenda.register_incoming": "kasubbag sekretaris",
    "letters.agenda.amend_incoming": "kasubbag sekretaris",
    "letters.agenda.link_incoming": "kasubbag sekretaris",
    "letters.agenda.dispose_letter": "kasubbag kasi sekretaris camat",
    "letters.agenda.settle_letter": "kasubbag kasi sekretaris camat",
    "letters.agenda.acknowledge": STAFF,
    "letters.agenda.report_done": STAFF,
    "letters.service.draft_letter": "kasubbag kasi sekretaris camat",
    "letters.service.draft_free_letter": "kasubbag kasi sekretaris camat",
    "letters.service.correct_letter": "kasubbag kasi sekretaris camat",
    "letters.service.submit_letter": "kasubbag kasi sekretaris camat",
    "letters.service.initial_letter": "kasubbag kasi sekretaris",
    "letters.service.return_letter": "kasubbag kasi sekretaris camat",
    "letters.service.sign_letter": "sekretaris camat",
    "letters.service.cancel_letter": "kasubbag kasi sekretaris camat",
    "letters.service.annul_letter": "sekretaris camat",
    "letters.service.attach_scan": "kasubbag sekretaris",
    "letters.signing.hand_out_letter": "kasubbag sekretaris",
    "letters.signing.take_back_letter": "kasubbag sekretaris",
    "letters.service.number_letter": "kasubbag sekretaris",
    "letters.service.send_letter": "kasubbag sekretaris",
    # the office itself
    "office.service.change_setting": "sekretaris admin",
    "office.service.change_settings": "sekretaris admin",
    "office.service.set_village": "sekretaris admin",
    "office.service.set_series": "sekretaris admin",
    "office.service.set_holidays": "sekretaris admin",
    "office.service.set_hours": "sekretaris admin",
    "office.service.set_shift": "sekretaris admin",
    "office.deadlines.note_deadline": STAFF,
    "desk.limits.react_to_limit": STAFF,
    "desk.limits.move_due": "sekretaris admin",
    "office.service.take_shipped_calendar": "sekretaris admin",
    "office.standards.propose_standard": "sekretaris admin",
    "office.legal_basis.propose_todays_law": "sekretaris admin",
    "office.service.add_holiday": "sekretaris admin",
    "office.service.remove_holiday": "sekretaris admin",
    "office.service.set_identity": "sekretaris admin",
    "office.standards.withdraw_standard": "sekretaris admin",
    "office.standards.sign_standard": STAFF,
    "office.documents.record_document_print": f"{STAFF} village admin",
    "office.documents.receive_copy": f"{STAFF} village admin",
    "office.documents.record_print": "sekretaris",
    "office.documents.record_copy_received": f"{STAFF} village admin",
    "office.health.confirm_clock": "sekretaris admin",
    "office.service.set_network": "sekretaris admin",
    "office.service.set_pauses": "sekretaris admin",
    "office.service.set_readings": "sekretaris admin",
    "backups.continuous.CopyKeeper.choose": "sekretaris admin centre_admin",
    "backups.service.Backups.make": "sekretaris admin centre_admin",
    "backups.service.Backups.make_key": "sekretaris admin centre_admin",
    "backups.service.Backups.confirm_key": "sekretaris admin centre_admin",
    "office.exchange.OfficeExchange.settle_line": "operator kasubbag kasi sekretaris admin",
    "office.redactions.destroy_entries": "sekretaris admin",
    "batches.other_versions.take_line_over": "sekretaris admin",
    "batches.other_versions.set_line_aside": "sekretaris admin",
    "batches.other_versions.set_rest_aside": "sekretaris admin",
    "batches.other_versions.send_unsent_again": "sekretaris admin",
    # student cards (PR/046)
    "ktm.service.begin_session": DESK,
    "ktm.service.end_session": DESK,
    "ktm.service.complete_checks": DESK,
    "ktm.service.draw_cards": DESK,
    "ktm.service.make_cards": DESK,
    "ktm.service.withdraw_cards": "kasi",
    "ktm.service.return_card": "kasi",
    # monitoring and evaluation (chapter V), documents of quality (clauses 12 and 13)
    # facilities and posts (SP 8, 9), internal checks (SP 10: closed by the Sekretaris alone)
    "resources.service.add_items": "kasubbag kasi sekretaris",
    "resources.service.describe_item": "kasubbag kasi sekretaris",
    "resources.service.note_facility": "operator kasi",
    "resources.service.qualify_person": "kasubbag sekretaris",
    "checks.service.plan_check": "sekretaris",
    "checks.service.change_plan": "sekretaris",
    "checks.service.draw_cases": "sekretaris",
    "checks.service.judge_case": "sekretaris",
    "checks.service.send_findings": "sekretaris",
    "checks.service.answer_finding": "kasi",
    "checks.service.return_answer": "sekretaris",
    "checks.service.report_finding": "kasi sekretaris",
    "checks.service.close_check": "sekretaris",
    "checks.service.cancel_check": "sekretaris",
    # satisfaction (KEP/25/M.PAN/2/2004, PermenPANRB 14/2017)
    "surveys.forms.print_forms": f"{DESK} information sekretaris",
    "surveys.forms.type_form": f"{DESK} information sekretaris",
    "surveys.forms.settle_form": "information kasi sekretaris",
    "surveys.forms.spoil_form": f"{DESK} information sekretaris",
    "surveys.answer_files.import_answers": "information sekretaris",
    "surveys.reports.draft_report": "information sekretaris",
    "surveys.reports.publish_report": "camat",
    "surveys.reports.withdraw_report": "information sekretaris camat",
    "surveys.reports.open_survey_capa": "information kasi sekretaris",
    # targets and what was reached (SP 14: analysed by the staff, closed by the Camat alone)
    "indicators.service.adopt_targets": "camat",
    "indicators.service.set_targets": "camat",
    "indicators.service.judge_targets": "kasi sekretaris",
    "indicators.service.type_figure": f"{DESK} information",
    "indicators.service.attach_evidence": f"{DESK} information",
    "indicators.uploads.take_rows": f"{DESK} information",
    "indicators.service.analyse_period": f"{DESK} information",
    "indicators.service.close_period": "camat",
    "indicators.service.follow_plan": STAFF,
    # monitoring and evaluation (SPM chapter V), documents of quality (SP 12, 13)
    "evaluation.service.plan_cycle": "sekretaris",
    "evaluation.service.withdraw_cycle": "sekretaris",
    "evaluation.service.draft_report": "sekretaris",
    "evaluation.service.reject_report": "sekretaris",
    "evaluation.service.sign_report": "sekretaris",
    "evaluation.service.evaluate_cycle": "camat",
    "evaluation.service.close_cycle": "camat",
    "evaluation.service.open_capa": "information kasi sekretaris",
    "evaluation.service.supervise_cycle": "sekretaris",
    "evaluation.sheets.assess_row": "sekretaris",
    "evaluation.sheets.send_sheet": "sekretaris",
    "evaluation.sheets.answer_sheet": "kasi sekretaris camat",
    "evaluation.sheets.return_sheet": "sekretaris",
    "evaluation.sheets.close_sheet": "sekretaris",
    "evaluation.sheets.add_follow_up": "kasi sekretaris camat",
    "evaluation.sheets.complete_follow_up": STAFF,
    "evaluation.sheets.judge_follow_up": "sekretaris",
    "evaluation.sheets.carry_follow_up": "sekretaris",
    "evaluation.documents.draft_targets": "kasi sekretaris",
    "evaluation.documents.draft_policy": "kasi sekretaris",
    "evaluation.documents.sign_document": STAFF,
    "evaluation.documents.withdraw_document": "kasi sekretaris",
    # people, on both sides
    "residents.service.Lists.begin": "admin",
    "residents.service.Lists.current": "admin",
    "residents.service.Lists.use": "admin",
    "residents.service.destroy_reference": "admin",
    "signatures.service.propose_root": "sekretaris admin",
    "signatures.service.confirm_root": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "signatures.service.withdraw_root": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "retention.service.set_period": "sekretaris",
    "retention.service.hold_record": "sekretaris",
    "retention.service.lift_hold": "sekretaris",
    "retention.service.propose": "sekretaris",
    "retention.service.confirm": "camat",
    "retention.service.withdraw": "sekretaris",
    # data of people (UU 27/2022)
    "privacy.service.receive_request": "information sekretaris",
    "privacy.service.answer_request": "information sekretaris",
    "privacy.service.note_incident": "information sekretaris admin",
    "privacy.service.describe_incident": "information sekretaris admin",
    "privacy.service.note_notice": "information sekretaris admin",
    "privacy.service.read_incident": "camat",
    "privacy.service.close_incident": "sekretaris",
    "privacy.service.write_line": "sekretaris",
    "privacy.service.end_line": "sekretaris",
    "people.service.add_person": "",
    "people.service.change_person": "sekretaris camat admin centre_admin",
    "people.authenticator.demand_app": "sekretaris camat admin centre_admin",
    "people.service.propose_change": "sekretaris camat admin centre_admin",
    "people.service.withdraw_proposal": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "people.service.confirm_proposal": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "people.service.check_voucher": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "people.service.check_first_voucher": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "people.service.vouch_for_pin": "sekretaris camat kasubbag kasi admin centre_admin printer",
    "people.service.vouch_for_pins": "sekretaris camat kasubbag kasi admin centre_admin printer",
    # the centre
    "centre.service.accept_lines": "printer centre_admin",
    "centre.service.accept_dispatch": "printer centre_admin",
    "centre.service.refuse_line": "printer centre_admin",
    "centre.service.answer_recall": "printer centre_admin",
    "centre.service.print_line": "printer centre_admin",
    "centre.service.answer_with_value": "printer centre_admin",
    "centre.service.answer_from_file": "printer centre_admin",
    "centre.service.spoil_blank": "printer centre_admin",
    "centre.service.open_line": "printer centre_admin",
    "centre.service.receive_blanks": "printer centre_admin",
    "centre.service.correct_blanks": "printer centre_admin",
    "centre.service.count_blanks": "printer centre_admin",
    "centre.service.note_list_printed": "printer centre_admin",
    "centre.service.ship_cards": "printer centre_admin",
    "centre.offices.use_stick": "printer centre_admin",
    "centre.settings.change_settings": "centre_admin",
    **dict.fromkeys(("centre.offices.invite_office", "centre.releases.endorse_release"), "centre_admin"),
    "centre.offices.change_bar": "centre_admin",
    "centre.service.release_line": "centre_admin",
    "centre.forks.settle_fork": "centre_admin",
    **dict.fromkeys(("centre.settings.choose_status_page", "centre.settings.confirm_clock"), "centre_admin"),
    "centre.settings.rotate_keys": "centre_admin",
}
"""Command → the roles that the standard and the offices' own orders name for it."""

BY_THE_STANDARD = {
    "letters.service.hand_over_letter",
    "desk.service.check_case",
    "desk.moving.advance_case",
    "desk.moving.take_exit",
    "batches.partners.advance_case",
    "members.service.add_members",
    "members.service.correct_member",
    "members.service.move_members",
    "members.schedule.open_slots",
    "members.schedule.change_slot",
    "members.schedule.plan_members",
    "ktm.service.complete_cases",
}
"""Steps of a case and people in it: each standard names its roles itself (tests/casework)."""

INSIDE = {
    "room.OfficeCommand.run",
    "batches.receipts.note_reached",
    "batches.dispatch.send_case_files",
    "letters.service.draft_from",
    "members.service.record_move",
    "centre.releases.record_endorsement",
    "files.service.keep_file",
    "signatures.signing.hand_out_paper",
    "signatures.signing.keep_returned",
    "files.service.keep_content",
    "files.service.remove_file",
    "files.service.send_file",
    "files.service.confirm_files",
    "files.service.doubt_file",
    "files.matching.keep_matches",
    "office.service.record_change",
    "desk.opening.get_case",
    "office.moves.make_move",
    "letters.cases.end_step",
    "letters.service.record_draft",
    "evaluation.documents.record_draft",
    "indicators.service.record_targets",
    "desk.opening.opening_body",
    "centre.service.record_about_line",
    "batches.answers.follow_answer",
    "batches.answers.tell_paper_answer",
    "batches.products.count_card_in",
    "importing.jobs.Jobs.judge_again",
    "importing.service.Batches.__init__",
    "ktp.recording.note_attendance_today",
    "batches.products.reopen_case",
    "office.service.set_up",
    "batches.other_versions.set_own_lines_aside",
    "batches.other_versions.record_asides",
    "batches.answers.type_file_answer",
    "ktm.service.draw_card",
}
"""Parts of commands that have asked already, an import of one's own, and the first run, when nobody has a role yet."""

TOLD: list[tuple[str, dict[str, str], str]] = [
    ("desk.opening.open_case", {"permission": "case.open"}, f"{DESK} village"),
    ("resources.service.change_state", {"state": "broken"}, "operator kasubbag kasi sekretaris"),
    ("resources.service.change_state", {"state": "working"}, "operator kasubbag kasi sekretaris"),
    ("resources.service.change_state", {"state": "sent"}, "kasubbag kasi sekretaris"),
    ("resources.service.change_state", {"state": "replaced"}, "kasubbag kasi sekretaris"),
    ("resources.service.change_state", {"state": "written_off"}, "kasubbag kasi sekretaris"),
    ("indicators.service.judge_figure", {"agreed": "yes"}, "kasi sekretaris"),
    ("indicators.service.judge_figure", {"agreed": ""}, "kasi sekretaris"),
    ("desk.drafts.keep_form", {"form": drafts.LINE}, "information counter kasi sekretaris"),
    ("desk.drafts.keep_form", {"form": drafts.BOX}, "information"),
]
"""Commands whose permission follows from what they are told: the side, the form, what becomes of a thing."""

OWN = {
    *(f"people.credentials.{name}" for name in ("set_password", "set_pin", "record_pin")),
    "people.sessions.open_founders_session",
    *(f"practice.service.{name}" for name in ("begin_anew", "look_at", "progress_of")),
}
"""What everybody does with the own password as proof, and what follows when it was given just before."""

CONDITIONS = {"ktp.recording.check_second_recording"}
"""What a command calls: first of all, or where the law allows a second recording (its own test_recording.py)."""

ASKING = ("require", "allowed")


class Looked(Exception):
    """A command looked at one of its arguments."""


class Unseen:
    """An argument that nobody may look at."""

    def __getattribute__(self, name: str) -> Any:
        raise Looked(name)


def look(*_: Any) -> Any:
    raise Looked


LOOKS = "bool len iter eq ne lt le gt ge hash contains getitem str fspath"
for asked in LOOKS.split():
    setattr(Unseen, f"__{asked}__", look)


def command_of(path: str) -> Callable[..., Any]:
    """A function or method by its path below `app`."""
    room, _, names = path.partition(".")
    parts = f"{room_modules()[room]}.{names}".split(".")[1:]
    depth = next(n for n, part in enumerate(parts) if n == len(parts) - 1 or part[0].isupper())
    return cast(Callable[..., Any], reduce(getattr, parts[depth:], import_module("app." + ".".join(parts[:depth]))))


def lets_in(command: Callable[..., Any], role: str, **known: str) -> bool:
    """Whether somebody who holds this role alone gets as far as the first argument."""
    names = set(inspect.signature(command).parameters)
    names = names - {"act"} | ({"journal", "actor"} if "act" in names else set())
    values: dict[str, Any] = {name: Unseen() for name in names} | known
    try:
        command(**values | {"actor": Actor(1, "Orang", "orang", frozenset({role} - {""}))})
    except Problem as problem:
        if problem.code != "forbidden":
            raise
        return False
    except (Looked, TypeError):
        return True
    raise AssertionError("the command did its work with nothing")


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_asks_who_gives_it_before_all_else(path: str) -> None:
    command = command_of(path)
    assert {role for role in ("", *ROLES) if lets_in(command, role)} == set(COMMANDS[path].split())


@pytest.mark.parametrize(("path", "known", "roles"), TOLD)
def test_a_command_that_is_told_what_it_is_about_asks_for_that(path: str, known: dict[str, str], roles: str) -> None:
    command = command_of(path)
    assert {role for role in ("", *ROLES) if lets_in(command, role, **known)} == set(roles.split())


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods of a module with their names; calling a declared command is that command."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = (one for one in node.body if isinstance(one, ast.FunctionDef) and one.name != "__call__")
            yield from ((f"{node.name}.{method.name}", method) for method in methods)


def commands() -> Iterator[str]:
    """What somebody does below the pages: a move, or it takes journal and actor, or it asks for a permission."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        if "views" in file.parts:
            continue
        parts = file.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[2 if place_of(f"{'/'.join(parts)}.py")[1] else 1 :])
        for name, node in functions(ast.parse(file.read_text(encoding="utf-8"))):
            taken = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            asks = any(isinstance(one, ast.Call) and getattr(one.func, "id", "") in ASKING for one in ast.walk(node))
            if ("act" in taken and node.decorator_list) or ("actor" in taken and ("journal" in taken or asks)):
                yield f"{module}.{name}"


def test_every_command_stands_in_one_of_the_tables() -> None:
    known = {*COMMANDS, *BY_THE_STANDARD, *INSIDE, *OWN, *CONDITIONS, *(path for path, *_ in TOLD)}
    assert sorted(set(commands()) ^ known) == []
