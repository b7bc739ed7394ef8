"""The hotline of the demo: its team, its desk information, and what customers ask from day to day."""

from datetime import date, timedelta
from typing import NamedTuple

from app.casework.desk.moving import advance_case
from app.casework.letters import service as letters
from app.casework.letters.tables import OutgoingLetter
from app.services.hotline import articles, service, team
from app.services.hotline.articles import Draft
from tests.world.service_staff import Scene


class Question(NamedTuple):
    """What is asked, in which field, and the answer; `desk`: it stands in the desk information from the first day."""

    field: str
    text: str
    answer: str
    desk: bool = True


QUESTIONS = (
    Question("academic", "Kapan batas akhir pengisian KRS semester ini?", "Sampai Jumat minggu kedua perkuliahan."),
    Question("general", "Jam berapa loket layanan terpadu buka?", "Senin sampai Jumat, 07.30 sampai 16.00."),
    Question("student_finance", "Bagaimana membayar UKT lewat bank?", "Dengan nomor tagihan di portal mahasiswa."),
    Question("general", "Di mana mengambil kartu yang sudah jadi?", "Di loket, dengan slip dan kartu identitas."),
    Question("academic", "Apakah transkrip dapat dilegalisasi tanpa datang?", "Dapat, lewat surat kuasa.", False),
    Question("student_finance", "Bolehkah UKT dicicil dua kali?", "Boleh, ajukan sebelum masa pembayaran.", False),
    Question("general", "Apakah gedung olahraga dapat disewa umum?", "Dapat, dengan surat kepada pimpinan.", False),
)
CALLERS = ("", "Sari", "Bowo", "Mira", "Tono", "", "Dwi")


class HotlineDesk:
    """Two or three contacts a day: most answered from the desk, others by an instruction, one in twenty a complaint."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.count, self.waiting = scene, 0, list[tuple[int, Question]]()
        self.articles: dict[str, int] = {}
        form_team(scene)
        for question in QUESTIONS:
            if question.desk:
                self.write(question)

    def write(self, one: Question, case_id: int | None = None) -> None:
        """An article, written by one and approved by another."""
        scene, on = self.scene, self.scene.tick.at.date()
        draft = Draft(one.text, one.answer, one.field, scene.holders("kabag")[0], on, on + timedelta(days=365))
        key = articles.write_article(
            scene.journal, scene.actor("hotline"), draft=draft, now=scene.tick(), case_id=case_id
        )
        articles.approve_article(
            scene.journal, scene.allowed("article.approve"), article_id=key, revision=1, now=scene.tick()
        )
        self.articles[one.text] = key

    def day(self, today: date) -> None:
        if not self.scene.is_ending(today, 4):
            for case_id, question in self.waiting:
                self.answer(case_id, question)
            self.waiting = []
        for _ in range(self.scene.random.randint(1, 4)):
            self.call(self.scene.random.choice(QUESTIONS))

    def call(self, asked: Question) -> None:
        scene, self.count = self.scene, self.count + 1
        opened = service.open_contact(
            scene.journal,
            scene.actor("hotline", self.count % len(scene.holders("hotline"))),
            channel="telephone",
            number=f"0812000{self.count:05}",
            question=asked.text,
            kind=asked.field,
            caller=scene.random.choice(CALLERS),
            now=scene.tick(),
        )
        if self.count % 20 == 0:
            service.make_complaint(scene.journal, scene.actor("hotline"), case_id=opened.id, now=scene.tick())
        elif article := self.articles.get(asked.text):
            articles.answer_with_article(
                scene.journal, scene.actor("hotline"), case_id=opened.id, article_id=article, now=scene.tick()
            )
        else:
            self.go(opened.id, "hotline", "unanswered")
            to = "to_kabag" if asked.field == "general" else "to_wadir"
            self.go(opened.id, "hotline", to, "Tidak ada di desk information.")
            self.waiting.append((opened.id, asked))

    def answer(self, case_id: int, asked: Question) -> None:
        """The instruction comes, the customer is told, and what was asked becomes an article."""
        self.go(case_id, "kabag" if asked.field == "general" else "wadir", "instructed", asked.answer)
        self.go(case_id, "hotline", "answered", asked.answer)
        if asked.text not in self.articles:
            self.write(asked, case_id)

    def go(self, case_id: int, role: str, outcome: str, note: str = "") -> None:
        scene = self.scene
        advance_case(scene.journal, scene.actor(role), case_id=case_id, outcome=outcome, note=note, now=scene.tick())


def form_team(scene: Scene) -> None:
    """The decree for a year and the pact of each member."""
    members = scene.holders("hotline")
    on = scene.tick.at.date()
    decree = team.draft_team(
        scene.journal,
        scene.allowed("team.manage"),
        until_on=on + timedelta(days=365),
        members=[(member, "bachelor", "Komunikasi") for member in members],
        now=scene.tick(),
    )
    for deed, who in (
        (letters.submit_letter, scene.allowed("team.manage")),
        (letters.initial_letter, scene.actor("wadir")),
        (letters.sign_letter, scene.actor("direktur")),
    ):
        row = OutgoingLetter.first(scene.db, id=decree.letter_id)
        if row is not None and not (deed is letters.initial_letter and row.state == "initialled"):
            deed(scene.journal, who, letter_id=row.id, seen=1, now=scene.tick())
    letters.number_letter(scene.journal, scene.allowed("letter.agenda"), letter_id=decree.letter_id, now=scene.tick())
    for n in range(len(members)):
        team.sign_pact(scene.journal, scene.actor("hotline", n), decree_id=decree.id, now=scene.tick())
