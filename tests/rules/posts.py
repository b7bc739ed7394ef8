"""Where each POST takes what was typed from: a declared command, its form in a view of its own, or by hand.

`python -m tests.rules.posts` counts them by room; tests/rules/test_routes.py holds that each one by hand has a reason.
"""

import ast
import inspect
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from flask import Flask

from app.platform.web import commands, forms
from app.records.privacy.views.kiosk import make_kiosk_app
from tests.platform.web.walking import every_rule
from tests.proof.pair import pair
from tests.rules.routes import apps
from tests.rules.source import ROOT, nodes, place_of

DECLARED, FORM_OF, NOTHING, OWN = "declared", "form_of", "nothing typed", "by hand"
WAYS = (DECLARED, FORM_OF, NOTHING, OWN)
MAKERS = (commands.form_of, commands.form_asking)
"""What gives a view the form of a command. An id of a row (`asked_id`) is what the page says, not a person."""

BY_HAND = {
    "it takes files, or stands on a stick": """
        answers.type_from_file answers.type_partner_list backups.choose_copy backups.make_backup centre_stick.read_stick
        centre_stick.write_keys
        centre_stick.write_stick complaints.attach_scan complaints.take_back_answer evaluation.supervise_cycle
        figure_uploads.take_upload figures.add_evidence hotline.attach_picture incoming.answer_from_file
        incoming.attach_scan
        ktm_photos.take_photos member_lists.take_list member_lists.take_upload outgoing.attach_scan
        outgoing.take_back_letter
        quality.receive_copy register_import.take_upload residents.take_list road_page.enrol_office
        road_page.read_stick road_page.write_stick roots.propose_root settings.set_arms standards.propose_new_service
        standards.propose_revision surveys.import_file villages.note_key villages.read_drafts villages.write_list
    """,
    "its fields come from a definition, from questions of the office, or from what was found in the case": """
        articles.answer_call case_work.advance_case case_work.check_case case_work.explain_case
        checks.judge_case figures.type_figure form.begin_application form.send_form hotline.open_contact
        members.add_member members.correct_member register_import.match_columns
        register_import.set_blank_meaning survey_forms.type_form
    """,
    "it has a row for each indicator, role, principle, point, person, photo or slip, all judged at once": """
        box.open_box documents.propose_laws evaluation.draft_report evaluation.evaluate_cycle evaluation.plan_cycle
        evaluation_sheets.answer_sheet ktm_photos.judge_photos quality.draft_policy reviews.close_period
        targets.set_targets team.draft_team
    """,
    "it keeps a half-typed form as it is": """
        box.save_field complaints.save_field form.save_field
    """,
    "it prints, hands out a file or searches": """
        articles.search_articles cards.print_calls centre.show_search centre_people.find_data
        centre_people.print_data complaint_paper.judge_paper documents.print_document documents.print_proposal
        ktp_paper.judge_print letter_codes.ask_code letter_lists.download_agenda letter_lists.download_by_hand
        letter_lists.print_agenda letter_lists.print_by_hand
        letters.download_spreadsheet lists.download_register lists.print_register member_lists.download_faulty
        members.download_data paten.download_by_area paten.print_by_area
        papers.judge_paper privacy.find_data privacy.print_data quality.print_document
        ready_codes.print_ready_codes recap.print_year recording.print_day register_import.download_rejects
        reserved.begin_reserved reserved.judge_forms reviews.judge_report student_card.search_cards
        student_cards.print_cards student_cards.print_distribution student_cards.print_report
        survey_forms.print_batch surveys.download_answers
    """,
    "nothing is typed: a button, and what its page says of itself": """
        access.read_week evaluation.open_capa line.accept_line line.open_for_work own_sessions.end_one_session
        people.read_changes residents.use_list road_page.send_now surveys.open_capa
    """,
    "it changes settings: their table says what each may hold": """
        centre_settings.save_settings complaint_settings.set_regency letter_lists.set_lists settings.set_work
        surveys.save_settings
    """,
    "one form has several commands behind it": """
        calendar.move_due_times dispatch.arrange_draft members.move_members members.plan_members
        outgoing.draft_letter schedule.note_attendance
    """,
    "it works on keys, copies or the exchange, which are no commands of a room": """
        backups.confirm_key backups.make_key backups.show_key centre_keys.rotate_keys road_page.settle_line
    """,
    "it is about who signs in, or sets an office up": """
        authenticator.begin_app authenticator.install_app authenticator.make_spare_codes authenticator.take_app_off
        centre_setup.create_centre centre_setup.lock_database own_sessions.forget_browser people.change_password
        people.change_pin second_step.pass_second_step staff.demand_app staff.take_authenticator
        people.sign_in_now people.unlock_screen second.confirm_proposal second.vouch_for_pins setup.close_sheet
        setup.keep_step setup.lock_database
    """,
    "whoever owns the file says who may do it": """
        files.remove_file
    """,
    "its command serves two forms, of which one keeps what the other says": """
        recap.draft_recap
    """,
    "the kiosk has no session; its forms bear tokens": """
        kiosk.judge_answer kiosk.look_up_code kiosk.object_to_aside kiosk.print_slip kiosk.write_complaint
        survey_kiosk.answer_question survey_kiosk.begin_survey survey_kiosk.send_vote ticket_kiosk.draw_number
    """,
}
"""Why a view reads its form by hand: one of these, and its endpoint stands there."""


class Post(NamedTuple):
    """A POST: its endpoint, its room (or wing), and one of :data:`WAYS`."""

    endpoint: str
    room: str
    way: str


def every_post(every: Iterable[Flask]) -> list[Post]:
    """Every POST of these applications, once for each room and endpoint."""
    return sorted({post for app in every for post in posts_of(app)})


def posts_of(app: Flask) -> Iterator[Post]:
    for rule in every_rule(app):
        if "POST" in (rule.methods or ()):
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            yield Post(rule.endpoint, room_of(view, rule.endpoint, app), way_of(view))


def room_of(view: FunctionType, endpoint: str, app: Flask) -> str:
    """The room of a view; a declared command's view is made elsewhere and stands where its blueprint does."""
    name = view.__module__
    if name == commands.__name__:
        name = app.blueprints[endpoint.partition(".")[0]].import_name
    wing, room = place_of(name.replace(".", "/") + ".py")
    return room or wing


def way_of(view: FunctionType) -> str:
    """How a view takes what was typed: it itself says it, else the functions of pages that it calls, nearest first."""
    if view.__module__ == commands.__name__:
        return DECLARED
    seen, level = {view}, [view]
    while level:
        known = [value for function in level for value in named_in(function)]
        if any(reads_by_hand(value) for value in known):
            return OWN
        if any(is_command_form(value) for value in known):
            return FORM_OF
        level = [value for value in known if is_of_pages(value) and value not in seen]
        seen.update(level)
    return NOTHING


def named_in(function: FunctionType) -> list[Any]:
    """The values that the lines of a function name, `request.form` and its like as words."""
    module = sys.modules[function.__module__]
    name = function.__qualname__.split(".")[0]
    path = str(Path(str(module.__file__)).relative_to(ROOT))
    found = [node for node in nodes(path) if isinstance(node, ast.FunctionDef) and node.name == name]
    return [value_of(module, node) for lines in found[:1] for node in ast.walk(lines)]


def value_of(module: ModuleType, node: ast.AST) -> Any:
    if isinstance(node, ast.Name):
        return unwrapped(vars(module).get(node.id))
    if not isinstance(node, ast.Attribute):
        return None
    of = node.value.id if isinstance(node.value, ast.Name) else ""
    if of == "request":
        return f"request.{node.attr}"
    owner = vars(module).get(of)
    return unwrapped(getattr(owner, node.attr, None)) if isinstance(owner, ModuleType) else node.attr


def unwrapped(value: Any) -> Any:
    return inspect.unwrap(value) if isinstance(value, FunctionType) else value


def is_form(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, forms.Form) and value is not forms.Form


def is_command_form(value: Any) -> bool:
    made = any(value is maker for maker in MAKERS)
    named = isinstance(value, str) and value == "form_for"
    return made or named or (is_form(value) and issubclass(value, commands.CommandForm))


def reads_by_hand(value: Any) -> bool:
    if isinstance(value, str):
        return value in ("request.form", "request.files", "request.values")
    return is_form(value) and not is_command_form(value)


def is_of_pages(value: Any) -> bool:
    return isinstance(value, FunctionType) and value.__module__.startswith("app.") and ".views" in value.__module__


def table(posts: list[Post]) -> str:
    """Rooms with how many of their POSTs go which way."""
    counts = Counter((post.room, post.way) for post in posts)
    rooms = sorted({post.room for post in posts})
    lines = [f"{'room':12}" + "".join(f"{way:>15}" for way in WAYS)]
    lines += [f"{room:12}" + "".join(f"{counts[room, way]:15}" for way in WAYS) for room in rooms]
    sums = Counter(post.way for post in posts)
    return "\n".join([*lines, f"{'together':12}" + "".join(f"{sums[way]:15}" for way in WAYS)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        stage = pair(Path(place))
        listed = every_post([*apps(stage, Path(place)).values(), make_kiosk_app(stage.office.journal)])
        stage.close()
    left = "\n".join(f"{post.room} {post.endpoint}" for post in listed if post.way == OWN)
    sys.stdout.write(f"{table(listed)}\n{left}\n")
