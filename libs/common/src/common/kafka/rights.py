"""What a user may do with topics and its group: asked with Kafka's own words, of which aiokafka knows only older ones."""

from typing import Any, ClassVar

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

READ, WRITE = 3, 4
NOT_TOLD = -(2**31)


class RightsResponse(Response):
    """Metadata version 8: the first whose answer has each topic's allowed operations as bits."""

    API_KEY = 3  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]  # as aiokafka's own do
    API_VERSION = 8  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", Array(("node_id", Int32), ("host", String()), ("port", Int32), ("rack", String()))),
        ("cluster_id", String()),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String()),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("operations", Int32),
            ),
        ),
        ("cluster_operations", Int32),
    )


class RightsRequestStruct(RequestStruct):
    """Metadata version 8 as bytes on the line."""

    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = RightsResponse
    SCHEMA = Schema(
        ("topics", Array(String())),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_operations", Boolean),
        ("include_topic_operations", Boolean),
    )


class RightsRequest(Request[RightsRequestStruct]):
    """Asks for topics, and for what may be done with each."""

    API_KEY: ClassVar[int] = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[RightsRequestStruct]) -> RightsRequestStruct:
        """Return the request as bytes on the line: no topic is created, and only topics' operations are asked for."""
        return request_struct_class(self._topics, False, False, True)


def lacking(answer: Any, operation: int, topics: frozenset[str]) -> list[str]:
    """Return the topics with which the operation is not allowed; a broker without rights tells none and allows all."""
    told: dict[str, int] = {topic: operations for _, topic, _, _, operations in answer.topics}
    return sorted(
        topic for topic in topics if told.get(topic, NOT_TOLD) != NOT_TOLD and not told[topic] & (1 << operation)
    )
