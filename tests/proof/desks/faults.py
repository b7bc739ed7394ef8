"""What a check of `prove desks` found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the class it belongs to, the place (profile, person, address), and what is wrong."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"[{self.kind}] {self.where}: {self.sentence}"
