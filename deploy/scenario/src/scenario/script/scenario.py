"""A scenario as a whole: what all files of its folder say."""

from dataclasses import dataclass
from pathlib import Path

from allocation.rules.domain import RuleSet
from scenario.script.model import Agency, Applicant, Booth, Edition, Nomination
from scenario.script.steps import Step


@dataclass(frozen=True)
class Scenario:
    """Everything a folder says; built only when it has no mistakes."""

    folder: Path
    seed: str
    edition: Edition
    agencies: tuple[Agency, ...]
    booths: tuple[Booth, ...]
    rules: RuleSet | None
    nominations: tuple[Nomination, ...]
    self_applicants: tuple[Applicant, ...]
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def applicants(self) -> tuple[Applicant, ...]:
        nominated = tuple(row for nomination in self.nominations for row in nomination.applicants)
        return nominated + self.self_applicants
