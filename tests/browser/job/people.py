"""The two applicants of the main job. Both are invented; their numbers lie in a region that does not exist."""

from dataclasses import dataclass


@dataclass
class Applicant:
    """What an applicant brings; `photo` is its right background, `number` is what the office gives the file."""

    name: str
    nik: str
    kk: str
    born: str
    birth_place: str
    sex: str
    photo: str
    number: str = ""
    case_id: int = 0

    @property
    def spoken(self) -> str:
        """The name as pages say it."""
        return self.name.title()


def siti() -> Applicant:
    """Comes through her village; her photo has the wrong background at first."""
    return Applicant(
        "SITI RAHMAWATI", "3508995708900011", "3508991203150071", "17081990", "LUMAJANG", "Perempuan", "Biru"
    )


def joko() -> Applicant:
    """Comes to the counter himself; the centre finds his family card out of date."""
    return Applicant(
        "JOKO PRASETYO", "3508990305880012", "3508992204110035", "03051988", "LUMAJANG", "Laki-laki", "Biru"
    )
