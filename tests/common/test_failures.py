"""Why a message failed: an operator reads what to mend and where, and none of what the message holds."""

from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from tests.common.conftest import EffectRow
from tests.common.reading import A, withdrawn
from tests.harness import Harness

from common.contracts.registration import ApplicationWithdrawn
from common.delivery.failures import MOST, describe_failure
from common.delivery.reactions import UnreadableEventError, read_event
from common.errors import ConflictError

SECRET = "Lò Thị Máy"


def failure_of(raises: Exception) -> str:
    try:
        raise raises
    except type(raises) as error:
        return describe_failure(error)


def test_fields_that_do_not_fit_are_named_without_their_values() -> None:
    value = withdrawn(A).model_dump_json().replace(str(A), SECRET).encode()
    with pytest.raises(UnreadableEventError) as caught:
        read_event(ApplicationWithdrawn, value)
    told = describe_failure(caught.value)
    assert told == f"UnreadableEventError: {ApplicationWithdrawn.event_type()}: application_id"


def test_a_refusal_is_told_by_its_code_and_field() -> None:
    told = failure_of(ConflictError(f"Không được: {SECRET}", f"No: {SECRET}", field="rows[2].name"))
    assert told.startswith("ConflictError: conflict, field rows[2].name at tests.common.test_failures:")


def test_a_bug_is_told_by_its_place_and_not_by_its_text() -> None:
    told = failure_of(KeyError(SECRET))
    assert told.startswith("KeyError at tests.common.test_failures:")
    assert SECRET not in told


def test_an_error_inside_a_dependency_is_placed_where_we_called_it() -> None:
    with pytest.raises(ValueError, match="UUID") as caught:
        UUID(SECRET)
    told = describe_failure(caught.value)
    assert told.startswith("ValueError at tests.common.test_failures:")
    assert SECRET not in told


async def test_a_row_that_stands_already_is_told_by_code_and_constraint(reader: Harness) -> None:
    row = {"id": 1, "what": "noted", "event_id": UUID(int=1), "subject": SECRET}
    async with reader.unit_of_work() as uow:
        await uow.session.execute(insert(EffectRow), [row])
        with pytest.raises(IntegrityError) as caught:
            await uow.session.execute(insert(EffectRow), [row])
        await uow.session.rollback()
    told = describe_failure(caught.value)
    assert told.startswith("IntegrityError: SQLSTATE 23505, ")
    assert "at tests.common.test_failures:" in told
    assert SECRET not in told


def test_a_reason_is_short() -> None:
    assert len(failure_of(ConflictError("Dài", "Long", field="x" * 1000))) == MOST
