"""What a dossier is written from."""

from collections.abc import Sequence
from dataclasses import dataclass

from allocation.dossiers.domain import Json, Offered
from allocation.runs.domain import Run, RunRecord, RunResult


@dataclass(frozen=True)
class Material:
    """All that a dossier is written from; ``told`` are the explanations in words, ``left_out`` those of who was in no run."""

    record: RunRecord
    facts: Json
    told: Sequence[Json]
    offered: Sequence[Offered]
    left_out: Sequence[Json] = ()

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def result(self) -> RunResult:
        found = self.record.run.result
        return RunResult("infeasible", (), {}) if found is None else found

    @property
    def overrides(self) -> list[Json]:
        """Return what was changed by hand; it is told with the release."""
        return list((self.record.release or {}).get("overrides", ()))

    @property
    def final(self) -> set[str]:
        """Return who has a place, overrides included."""
        held = set(self.result.placements)
        for change in (change for each in self.overrides for change in each["changes"]):
            (held.add if change["booth_codes"] else held.discard)(change["application_id"])
        return held

    @property
    def is_released(self) -> bool:
        return self.record.release is not None
