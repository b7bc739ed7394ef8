"""The list of an agency as a file: upload, what each row is worth, and taking the sound ones.

What reads files is imported where one is read: an idle office need not hold it.
"""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.batches.views.forms import PinForm
from app.casework.desk.views.papers import file_answer
from app.casework.members import service
from app.casework.members.judging import people_in
from app.casework.members.uploads import MAX_BYTES, ReadList, ReadLists
from app.casework.members.views.members import XLSX
from app.core.problems import SENTENCES, Problem
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, has_pin, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from schema.body_limits import SMALL, takes_body

pages = Blueprint("member_lists", __name__, url_prefix="/berkas/<int:case_id>/orang/impor")
READ = ReadLists()
"""Files that somebody looks at just now."""
MOST_SHOWN = 300


@pages.get("")
@needs_permission("case.view")
def show_upload(case_id: int, problem: Problem | None = None) -> ResponseReturnValue:
    case, definition = service.open_list(current_db(), current_actor(), case_id)
    status = 200
    sentence = ""
    if problem:
        status = 422
        sentence = problem.sentence
    return show_page(
        "casework/members/upload.html",
        status=status,
        case=case,
        people=people_in(definition),
        problem=sentence,
        limit=MAX_BYTES // 1024 // 1024,
    )


@pages.post("")
@needs_permission("case.view")  # the list of the file says who keeps it
@takes_body(MAX_BYTES + SMALL)
def take_upload(case_id: int) -> ResponseReturnValue:
    _, definition = service.open_list(current_db(), current_actor(), case_id)
    file = request.files.get("file")
    content = b""
    if file:
        with file.stream as stream:
            content = stream.read(MAX_BYTES + 1)

    def read() -> ReadList:
        from app.casework.members.lists import read_list

        if file is None or not file.filename:
            raise Problem.of("bad_file", why=SENTENCES["file_first"])
        rows = read_list(definition, content, file.filename[-120:])
        return READ.keep_list(current_actor(), case_id, content, rows, current_time())

    return run_command(
        read,
        lambda problem: show_upload(case_id, problem),
        lambda made: redirect_to(url_for("member_lists.show_list", case_id=case_id, token=made.token)),
    )


@pages.get("/<token>")
@needs_permission("case.view")
def show_list(
    case_id: int, token: str, problem: Problem | None = None, form: Form | None = None
) -> ResponseReturnValue:
    from app.casework.members.lists import judge_list

    case, definition = service.open_list(current_db(), current_actor(), case_id)
    read = READ.find_list(current_actor(), case_id, token)
    judged = judge_list(current_db(), definition, read, current_date())
    rows = list(zip(read.rows, judged, strict=True))
    looked_at = [pair for pair in rows if pair[1].errors or pair[1].warnings]
    status = problem.status if problem else 200
    return show_page(
        "casework/members/upload_list.html",
        status=status,
        case=case,
        people=people_in(definition),
        read=read,
        rows=looked_at[:MOST_SHOWN],
        hidden=len(looked_at) - MOST_SHOWN,
        sound=sum(not person.errors for person in judged),
        warned=sum(bool(person.warnings) and not person.errors for person in judged),
        faulty=sum(bool(person.errors) for person in judged),
        problem=problem,
        form=form or PinForm(formdata=None),
        has_pin=has_pin(),
    )


@pages.post("/<token>")
@needs_permission("case.view")  # the list of the file says who keeps it
def take_list(case_id: int, token: str) -> ResponseReturnValue:
    """Enter the sound rows; a second press finds them in the list already and enters nobody twice."""
    read = READ.find_list(current_actor(), case_id, token)
    rows = [row.raw for row in read.rows if not row.unreadable]

    def take() -> int:
        judged = service.add_members(
            current_journal(), current_actor(), case_id=case_id, rows=rows, now=current_time(), digest=read.digest
        )
        return sum(not member.errors for member in judged)

    return run_command(
        take,
        lambda problem: show_list(case_id, token, problem),
        lambda count: redirect_to(url_for("members.show_members", case_id=case_id), f"{count} orang masuk ke daftar."),
    )


@pages.post("/<token>/ditolak.xlsx")
@needs_permission("case.view")  # the list of the file says who keeps it
def download_faulty(case_id: int, token: str) -> ResponseReturnValue:
    """The rows that were not taken, with their reasons; whole numbers, so it asks the PIN."""
    from app.casework.members.lists import faulty_workbook, judge_list
    from app.platform.office.papers import office_name

    _, definition = service.open_list(current_db(), current_actor(), case_id)
    read = READ.find_list(current_actor(), case_id, token)
    form = PinForm()

    def write_rows() -> bytes:
        record_access("member.data", f"case/{case_id}")
        judged = judge_list(current_db(), definition, read, current_date())
        return faulty_workbook(definition, read, judged, office_name(current_db()))

    return run_command(
        write_rows,
        lambda problem: show_list(case_id, token, problem, form),
        lambda content: file_answer(content, XLSX, f"diperbaiki-{case_id}.xlsx"),
        form=form,
        pin=True,
    )
