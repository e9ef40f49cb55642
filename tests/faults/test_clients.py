"""What the clients of a round take for failed, and what may have worked."""

import pytest
from tests.faults.clients import is_doubtful


@pytest.mark.parametrize(
    ("status", "answer", "doubtful"),
    [
        (503, {"code": "outcome_unknown"}, True),
        (503, {"code": "database_unavailable"}, False),
        (503, None, False),
        (0, "ServerDisconnectedError", True),
        (500, {"code": "internal_error"}, True),
        (409, {"code": "conflict"}, False),
    ],
)
def test_a_commit_without_an_answer_is_in_doubt_and_a_refusal_is_not(
    status: int, answer: object, *, doubtful: bool
) -> None:
    assert is_doubtful(status, answer) is doubtful
