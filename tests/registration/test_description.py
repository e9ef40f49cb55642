"""The HTTP description: an example for every request, and a valid one."""

from typing import Any

import pytest
from pydantic import BaseModel
from tests.harness import Harness

from registration.agencies.api import AgencyEntry
from registration.applications.api import SubmissionEntry
from registration.dossiers.api import DossierEntry
from registration.drafts.api import DraftEntry
from registration.duplicates.api import SeparationEntry
from registration.editions.api import EditionEntry
from registration.freezes.api import PlanEntry
from registration.intake.api import ApplicationEntry
from registration.milestones.api import Approval, Ending
from registration.nominations.api import NominationEntry
from registration.reply_dates.api import Rescheduling
from registration.reviews.api import DecisionEntry, RevocationEntry
from registration.revisions.api import ChangeEntry
from registration.schedules.api import CapacityEntry, Disruption
from registration.vendors.api import ContactEntry
from registration.withdrawals.api import WithdrawalEntry

MODELS: list[type[BaseModel]] = [
    AgencyEntry,
    Approval,
    ApplicationEntry,
    CapacityEntry,
    ChangeEntry,
    ContactEntry,
    DecisionEntry,
    Disruption,
    DossierEntry,
    DraftEntry,
    EditionEntry,
    Ending,
    NominationEntry,
    PlanEntry,
    Rescheduling,
    RevocationEntry,
    SeparationEntry,
    SubmissionEntry,
    WithdrawalEntry,
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_examples_of_a_request_are_valid(model: type[BaseModel]) -> None:
    examples: list[dict[str, Any]] = model.model_json_schema()["examples"]
    assert examples
    for example in examples:
        model.model_validate(example)


def test_every_request_body_of_a_command_is_described_with_an_example(registration: Harness) -> None:
    description = registration.app.openapi()
    schemas = description["components"]["schemas"]
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        for path in description["paths"].values()
        for operation in path.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    # commands without content take an optional empty object
    assert {name for name in bodies if name and "examples" not in schemas[name]} == set()
