"""Every page of both sides with something on it: which address a route has in a lived-in stage, who opens it."""

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app import compose
from app.casework.desk import drafts
from app.casework.desk import service as desk_service
from app.casework.desk.opening import Application, open_case
from app.casework.importing.file_formats import read_bytes
from app.casework.letters import agenda
from app.casework.letters import service as letters
from app.casework.members import schedule
from app.casework.members import service as members
from app.casework.resources import service as facilities
from app.compose_centre import build_centre
from app.compose_office import make_office_app
from app.core.periods import Period
from app.core.permissions import SYSTEM, Actor
from app.core.quarters import Quarter
from app.platform.office import service as office
from app.platform.office.queries import office_calendar
from app.platform.people.changes import AddPerson
from app.platform.people.queries import who_signs
from app.platform.people.service import add_person
from app.platform.web.guard import ANYONE, OPEN, declared_permission
from app.quality.capa import service as capa_service
from app.quality.checks import service as checks
from app.quality.indicators.service import adopt_targets
from app.quality.quarter import service
from app.quality.surveys import forms, reports
from app.quality.surveys.answer_files import import_answers
from app.services.complaints import limits
from app.services.complaints import service as complaints_service
from app.services.hotline import articles, team
from schema.definitions import SERVICES, definition_text
from schema.indicators import load_indicators
from schema.migrations import migrate_database
from schema.profiles import load_profile
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import PASSWORD, Browser, actor_of
from tests.platform.web.walking import every_rule
from tests.proof.pair import CHEAP, OFFICE, Pair, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker
from tests.services.ktm.desk import CardDesk
from tests.world.evaluation_staff import SCOPE, Team, sign_documents
from tests.world.indicator_staff import agree_to_targets
from tests.world.survey_staff import answer_lines

CENTRE_ROLES = load_profile().side_roles("centre")
OFFICE_ROLES = load_profile().side_roles("office")
PERMISSIONS = load_profile().rights

FRAGMENTS = {
    "road",
    "desk.show_unsent",
    "desk.show_desk_again",
    "standards.show_turn",
    "centre.show_queue_part",
    "register_import.show_progress",
    "setup.village_fields",
}
"""Pieces that pages ask for by themselves; they stand inside pages that are examined."""
FILES = {
    "standards.json_schema",
    "asset",
    "standards.print_document",
    "shipments.print_list",
    "offices.download_recap",
    "line.show_file",
    "guide_picture",
    "files.show_file",
}
"""Answers that are no pages."""
BEFORE = {
    "setup.first_run_form",
    "setup.show_step",
    "setup.suggest_names",
    "setup.show_passphrase",
    "centre_setup.show_first_run",
    "centre_setup.show_passphrase",
}
"""Pages of a side that nobody has set up yet."""
QUARTER = Quarter(2025, 4)
FIRST = ("kasi", "sekretaris", "counter", "centre_admin")
"""Who opens what several roles may open: the fewer people sign in, the sooner the test is over."""
STEP_OF = {
    "case_work.show_check": "validate",
    "correction.show_correction": "validate",
    "case_work.show_leave": "record",
    "case_notes.show_pause": "record",
    "recording.show_recording": "record",
    "dispatch.show_case_dispatch": "print",
    "answers.show_case_answer": "print",
    "hand_over.show_repair": "repair",
    "cards.show_arrival": "arrive",
    "cards.show_misprint": "arrive",
    "cards.show_call": "hand_over",
    "hand_over.show_hand_over": "hand_over",
    "cases.show_case": "hand_over",
    "papers.show_paper": "record",
}
QUESTIONS = {"evaluation.offer_capa": {"sasaran": "kecamatan/ktp_on_time", "periode": "2026-Q1"}}
"""What a link to a page asks beside its address."""
REGISTER = """No;NIK;Nama;Tanggal;Desa;Jenis
1;3508991708900001;SITI AMINAH;02/01/2026;Kraton;Baru
2;12;X;31/02/2026;;
"""


@dataclass
class World:
    """A stage with work behind it, and somebody of each role on both sides."""

    stage: Pair
    folder: Path

    def __post_init__(self) -> None:
        worker = Worker(self.stage, random.Random(3))
        for _ in range(10_000):
            worker.step(DEEDS)
            if self.something_everywhere():
                break
        assert self.something_everywhere(), "random work never filled every step"
        self.staff(self.stage.office.journal, OFFICE_ROLES)
        self.staff(self.stage.centre.journal, CENTRE_ROLES)
        self.config = {"CLOCK": lambda: self.stage.now}
        self.apps = {
            "office": make_office_app(self.stage.office.journal, self.folder / "kantor", self.config),
            "centre": build_centre(self.folder / "pusat", now=lambda: self.stage.now).pages,
        }
        self.more = self.begin_things()

    def something_everywhere(self) -> bool:
        """Whether every step has an open case, and cards have left the centre."""
        at = {step for (step,) in self.stage.office.db.run("SELECT DISTINCT step FROM case_file WHERE closed = 0")}
        shipped = self.stage.centre.db.one("SELECT 1 FROM outgoing_shipment")
        return at >= set(STEP_OF.values()) and shipped is not None and self.case_in("@done") != 1

    def staff(self, journal: Journal, roles: Any) -> None:
        """One person of each role."""
        for role in roles:
            add_person(
                journal,
                SYSTEM,
                AddPerson(
                    username=username(role),
                    name=f"Peran {role}",
                    roles=(role,),
                    area="3508072002" if role == "village" else None,
                ),
                password=PASSWORD,
                must_change=False,
                now=self.stage.now,
                cost=CHEAP,
            )

    def begin_things(self) -> dict[str, Any]:
        """A draft, a set of reserved forms and an import of the Kasi's own."""
        db, journal, now = self.stage.office.db, self.stage.office.journal, self.stage.now
        kasi = self.actor("kasi")
        office.set_pauses(journal, self.actor("admin"), enabled=["blanks_out"], now=now)
        fields = {"nik": "3508991708900001", "kind": "baru", "birth_on": "31022009"}
        draft_id = drafts.start_draft(db, kasi, service="ktp-el", now=now, fields=fields)
        codes = desk_service.reserve_forms(journal, kasi, service="ktp-el", area="3508072002", count=3, now=now)
        taken = Browser(self.apps["office"], username("kasi")).post(
            "/impor",
            {"file": (io.BytesIO(REGISTER.encode()), "register.csv")},
            content_type="multipart/form-data",
        )
        self.begin_book()
        self.begin_cards()
        self.begin_letters()
        self.begin_hotline()
        self.begin_survey()
        self.begin_clauses()
        self.begin_evaluation()
        return {
            **self.begin_people(),
            "draft_id": draft_id,
            "code": codes[0],
            "job_id": taken.headers["Location"].rpartition("/")[2],
            "figures": self.begin_figures(),
        }

    def begin_evaluation(self) -> None:
        """A cycle whose report waits for its signature, and the documents of quality."""
        journal, now = self.stage.office.journal, self.stage.now
        adopt_targets(journal, self.actor("camat"), year=now.year, now=now)
        agree_to_targets(journal, self.actor("sekretaris"), now.year, now)
        people = {role: self.signer(role) for role in ("sekretaris", "kasi", "camat")}
        made = [people["kasi"].username, people["sekretaris"].username]
        roles, chief = {"sekretaris": [made[1]]}, people["camat"].username
        by_name = {person.username: person for person in people.values()}
        team = Team(journal, lambda: now, by_name.__getitem__, roles, {"pelayanan": made[0]}, chief)
        cycle_id = team.plan(period=str(now.year), from_on=now.date(), until_on=now.date(), components=SCOPE)
        team.finish_sheets(cycle_id)
        team.draft(cycle_id)
        sign_documents(team, made, "pelayanan")

    def begin_figures(self) -> str:
        """Figures as a file that the Kasi looks at; what Loket counts itself nobody types."""
        content = b"Sasaran;Periode;Angka\nKTP selesai sesuai janji;2026-Q1;90"
        read = Browser(self.apps["office"], username("kasi")).post(
            "/sasaran/unggah", {"file": (io.BytesIO(content), "angka.csv")}, content_type="multipart/form-data"
        )
        return read.headers["Location"].rpartition("/")[2]

    def begin_people(self) -> dict[str, Any]:
        """A request with people of whom one has a slot, and a list that the Kasi looks at."""
        journal, now, kasi = self.stage.office.journal, self.stage.now, self.actor("kasi")
        put_in_force(journal, definition_text(SERVICES / "kartu-pns.toml"), on=now.date(), now=now)
        raw = {"agency": "Dinas Contoh", "letter_number": "800/1", "letter_date": now.date().isoformat()}
        opened = open_case(journal, kasi, Application(service="kartu-pns", raw=raw, ticked={}), now=now)
        rows = [{"nip": f"19800101200501100{n}", "name": f"Pegawai {n}"} for n in (1, 2)]
        members.add_members(journal, kasi, case_id=opened.id, rows=rows, now=now)
        day = now.date() + timedelta(days=1)
        while not office_calendar(journal.db).is_workday(day):
            day += timedelta(days=1)
        slots = {"hours": "08.00-10.00", "capacity": 2, "place": "Aula"}
        schedule.open_slots(journal, kasi, service="kartu-pns", first=day, last=day, **slots, now=now)
        content = b"Nama;NIP;Unit\nCitra;198001012005011003;Umum\nBagas;12;Umum"
        read = Browser(self.apps["office"], username("kasi")).post(
            f"/berkas/{opened.id}/orang/impor", {"file": (io.BytesIO(content), "daftar.csv")}
        )
        return {"collective": opened.id, "day": day.isoformat(), "token": read.headers["Location"].rpartition("/")[2]}

    def begin_cards(self) -> None:
        """A student's card beside everything else."""
        journal, day = self.stage.office.journal, self.stage.now.date()
        put_in_force(journal, definition_text(SERVICES / "ktm.toml"), on=day)
        desk = CardDesk(journal, self.folder / "kantor", self.stage.now)
        roles = {"sari": "counter", "oki": "operator", "budi": "kasi"}
        desk.who = lambda name: self.actor(roles[name])  # who plays whom here
        desk.with_card(1)

    def begin_letters(self) -> None:
        """A letter that the Kasi disposed of to the counter, and a draft of his that was returned to him."""
        journal, now, day = self.stage.office.journal, self.stage.now, self.stage.now.date()
        kasi, secretary = self.actor("kasi"), self.actor("sekretaris")
        line = agenda.Incoming("045/1", day, day, "Dinas Contoh", "Undangan rapat", to_role="kasi")
        letter_id = agenda.register_incoming(journal, secretary, line=line, now=now)
        order = {"instructions": ["Selesaikan"], "note": "Segera.", "now": now}
        agenda.dispose_letter(journal, kasi, letter_id=letter_id, orders=[agenda.Order(role="counter")], **order)
        draft = letters.LetterText("Undangan", "Dinas Contoh", "Hari | Pukul\nRabu | 09.00", copies=["Arsip"])
        made = letters.draft_free_letter(
            journal, kasi, draft=draft, initials=["kasi", "sekretaris"], signatory="camat", now=now
        )
        letters.submit_letter(journal, kasi, letter_id=made, seen=1, now=now)
        letters.return_letter(journal, secretary, letter_id=made, seen=1, reason="Sebut tanggalnya", now=now)

    def begin_hotline(self) -> None:
        """An article that waits for its approval, and a decree for its signature."""
        journal, now, day = self.stage.office.journal, self.stage.now, self.stage.now.date()
        kasi, secretary = self.actor("kasi"), self.actor("sekretaris")
        put_in_force(journal, definition_text(SERVICES / "hotline.toml"), on=day, now=now)
        later = day + timedelta(days=100)
        draft = articles.Draft("Syarat cuti", "Formulir cuti.", "general", kasi.username, day, later)
        articles.write_article(journal, kasi, draft=draft, now=now)
        members = [(kasi.username, "bachelor", "Hukum")]
        team.draft_team(journal, secretary, until_on=later, members=members, now=now)

    def begin_survey(self) -> None:
        """Answers of a file, a form that was typed twice in different ways, a report that waits for the chief."""
        journal, now, officer = self.stage.office.journal, self.stage.now, self.actor("information")
        content = answer_lines(random.Random(1), 20).encode()
        said: dict[str, Any] = {"service": "ktp-el", "month": f"{now:%Y-%m}", "now": now}
        import_answers(journal, officer, book=read_bytes(content), content=content, name="a.csv", **said)
        forms.print_forms(journal, officer, service="ktp-el", count=2, now=now)
        for role, mark in (("counter", "3"), ("operator", "4")):
            typed: dict[str, Any] = {"number": 1, "month": f"{now:%Y-%m}", "typed": {"U1": mark}, "now": now}
            forms.type_form(journal, self.actor(role), **typed)
        period = Period.of("year", now.date())
        reports.draft_report(journal, officer, service="", period=period, plan="Kursi ditambah.", now=now)

    def begin_clauses(self) -> None:
        """A broken camera, a check whose sample was drawn, and one with a heavy finding that waits for its answer."""
        journal, now, secretary = self.stage.office.journal, self.stage.now, self.actor("sekretaris")
        camera = facilities.add_items(journal, secretary, name="Kamera", count=1, now=now)[0]
        facilities.change_state(journal, secretary, item_id=camera, state="broken", note="Lensa retak", now=now)
        day = now.date()
        scope = (day, ["ktp-el"], "Foto", date(2020, 1, 1), day)
        plan = checks.CheckPlan(*scope, 1, 1, ["Foto sesuai?"], ["Tepat waktu?"])
        for _ in range(2):
            made = checks.plan_check(journal, secretary, plan=plan, now=now)
            checks.draw_cases(journal, secretary, check_id=made, now=now)
        for part in ("process", "product"):
            seen = {"part": part, "ordinal": 1, "verdicts": [("heavy", "Latar merah")], "now": now}
            checks.judge_case(journal, secretary, check_id=made, **seen)
        checks.send_findings(journal, secretary, check_id=made, now=now)

    def begin_book(self) -> None:
        """A line in the complaint book and an LTPP that it led to."""
        journal, now, officer = self.stage.office.journal, self.stage.now, self.actor("information")
        limits.seed_office(journal, now)
        line = complaints_service.write_line(
            journal, officer, channel="desk", visitor=complaints_service.Visitor("Antre lama"), now=now
        )
        capa_service.open_report(
            journal, officer, source="complaint", problem="Antre lama", now=now, complaint_ids=[line.id]
        )
        self.hang_a_recap()

    def hang_a_recap(self) -> None:
        """A recap that was approved with a pledge, hangs on the board and has reached the centre."""
        journal, now, day = self.stage.office.journal, self.stage.now, self.stage.now.date()
        officer, secretary = self.actor("information"), self.actor("sekretaris")
        office.change_setting(journal, secretary, key="recap.to_regency", value=True, now=now)
        service.draft_recap(journal, officer, quarter=QUARTER, now=now)
        service.mark_checked(journal, secretary, quarter=QUARTER, read_public=True, now=now)
        later = day + timedelta(days=30)
        service.give_pledge(journal, officer, quarter=QUARTER, what="Kursi ditambah", who="Kasi", by_on=later, now=now)
        service.approve_recap(journal, self.actor("camat"), quarter=QUARTER, now=now)
        service.post_recap(journal, officer, quarter=QUARTER, on=day, until=later, place="Loket", now=now)
        assert self.stage.sync().ok

    def actor(self, role: str) -> Actor:
        """The person of a role at the office."""
        return actor_of(self.stage.office.db, username(role), self.stage.now.date())

    def signer(self, post: str) -> Actor:
        """Who signs for a post today, whatever random work made of it."""
        db, day = self.stage.office.db, self.stage.now.date()
        signatory = who_signs(db, post, day)
        assert signatory is not None
        return actor_of(db, self.one("SELECT username FROM person WHERE id = ?", signatory.person_id), day)

    def one(self, sql: str, *values: object, centre: bool = False) -> Any:
        """The first value of a query, 1 where there is none."""
        row = (self.stage.centre if centre else self.stage.office).db.one(sql, values)
        return row[0] if row else 1

    def case_in(self, step: str) -> Any:
        """A case in this step."""
        return self.one("SELECT id FROM case_file WHERE step = ? ORDER BY id LIMIT 1", step)

    def measured(self, pages: str) -> dict[str, Any]:
        """Arguments of the pages about indicators and periods."""
        today = self.stage.now.date()
        known: dict[str, dict[str, Any]] = {
            "figures": {"file": "kecamatan", "name": load_indicators("kecamatan").indicators[0].id},
            "targets": {"year": today.year},
            "reviews": {"code": Period.of("quarter", today).code},
            "figure_uploads": {"token": self.more["figures"]},
        }
        return known.get(pages, {})

    def values(self, side: str, rule: Rule) -> dict[str, Any]:
        """Sample values that exist, for the arguments of a rule."""
        endpoint, line = (
            rule.endpoint,
            self.one("SELECT line FROM incoming_line WHERE state = 'accepted'", centre=True),
        )
        known: dict[str, Any] = {
            "case_id": self.case_in(STEP_OF.get(endpoint, "validate")),
            "dispatch_id": self.one("SELECT id FROM dispatch WHERE state = 'sent' ORDER BY id LIMIT 1"),
            "person_id": 1,
            "name": "tanda-terima",
            "word": "kebijakan",
            "service_id": "ktp-el",
            "document_id": "kebijakan_mutu",
            "document": "kecamatan",
            "indicator_id": load_indicators("kecamatan").indicators[0].id,
            "key": "kamera",
            "part": "process",
            "old": "01",
            "new": "01",
            "what": "administrator",
            "office": OFFICE,
            "epoch": 1,
            "n": str(line).rpartition("/")[2],
            "number": self.one("SELECT number FROM outgoing_shipment ORDER BY number LIMIT 1", centre=True),
            **self.more,
        }
        if endpoint.startswith(("members.", "member_lists.")):
            known["case_id"] = self.more["collective"]
        known |= self.measured(endpoint.partition(".")[0])
        if endpoint.startswith("schedule."):
            known["service_id"] = "kartu-pns"
        if endpoint == "checks.show_check":
            known["check_id"] = 2
        if endpoint == "offices.show_office":
            known["code"] = OFFICE
        if rule.endpoint.startswith("student_card"):
            known["code"], known["case_id"] = self.stage.office.db.one("SELECT code, case_id FROM student_card")
        if endpoint.startswith("survey_forms."):
            known["number"] = 1
        if "/rekap/" in rule.rule:
            known |= {"code": OFFICE if side == "centre" else QUARTER.code, "quarter": QUARTER.code}
        return {name: known.get(name, 1) for name in rule.arguments}

    def paths(self, side: str) -> dict[str, list[str]]:
        """Role → addresses of every page of a side that this role opens."""
        app = self.apps[side]
        found: dict[str, list[str]] = {}
        with app.test_request_context():
            for rule in every_rule(app):
                if "GET" in (rule.methods or ()) and rule.endpoint not in FRAGMENTS | FILES | BEFORE:
                    role = opener(app, rule.endpoint, side)
                    asked = self.values(side, rule) | QUESTIONS.get(rule.endpoint, {})
                    found.setdefault(role, []).append(app.url_for(rule.endpoint, **asked))
        if side == "office":
            drafted = self.one("SELECT id FROM dispatch WHERE state = 'draft' ORDER BY id LIMIT 1")
            found["kasi"] += [f"/pengiriman/{drafted}", f"/berkas/{self.case_in('@done')}", "/tidak-ada"]
        return found


def username(role: str) -> str:
    """The person of a role."""
    return f"as{role.replace('_', '')}"


def opener(app: Flask, endpoint: str, side: str) -> str:
    """A role that may open an endpoint; empty for what is open to everybody."""
    mark = declared_permission(app, endpoint)
    roles = OFFICE_ROLES if side == "office" else CENTRE_ROLES
    if mark == OPEN:
        return ""
    able = list(roles) if mark == ANYONE else [r for r in roles if any(r in PERMISSIONS[p] for p in mark or ())]
    return next((role for role in FIRST if role in able), able[0])


def empty(folder: Path) -> dict[str, Flask]:
    """Both sides as they are on their first day."""
    db = compose.open_side("office", folder / "kantor")
    migrate_database(db, "office")
    office = make_office_app(compose.journal("office", db), folder / "kantor")
    return {"office": office, "centre": build_centre(folder / "pusat").pages}


def lived_in(folder: Path) -> World:
    """A stage with work behind it."""
    return World(pair(folder), folder)
