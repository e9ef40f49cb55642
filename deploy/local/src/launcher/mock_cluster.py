"""librdkafka's in-process cluster, reached through its C interface: the Python one can set neither partitions nor delays.

Its limits (read in its source): a partition keeps its newest 5 MiB or 100,000 records and drops older ones silently; nothing
is kept on disk; one record batch per partition and fetch; producers' sequence numbers are not checked; no ACL, no compaction.
"""

import ctypes
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

PRODUCER = 0
ERRORS_ONLY = b"3"  # as in syslog; a cluster without a client warns of missing addresses
_FUNCTIONS: dict[str, tuple[object, list[object]]] = {
    "rd_kafka_conf_new": (ctypes.c_void_p, []),
    "rd_kafka_conf_set": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t],
    ),
    "rd_kafka_new": (ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
    "rd_kafka_destroy": (None, [ctypes.c_void_p]),
    "rd_kafka_mock_cluster_new": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
    "rd_kafka_mock_cluster_destroy": (None, [ctypes.c_void_p]),
    "rd_kafka_mock_cluster_bootstraps": (ctypes.c_char_p, [ctypes.c_void_p]),
    "rd_kafka_mock_topic_create": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [ctypes.c_void_p, ctypes.c_int32]),
    "rd_kafka_mock_broker_set_host_port": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int],
    ),
}


class MockClusterError(Exception):
    """The in-process cluster could not be made."""


def load_library() -> ctypes.CDLL:
    """Return librdkafka as the confluent-kafka wheel brings it."""
    spec = find_spec("confluent_kafka")
    if spec is None or spec.origin is None:
        raise MockClusterError("the package confluent-kafka is not installed")
    package = Path(spec.origin).parent
    found = [
        *(package.parent / "confluent_kafka.libs").glob("librdkafka*"),
        *(package / ".dylibs").glob("librdkafka*"),
    ]
    if not found:
        raise MockClusterError(f"no librdkafka in the wheel beside {package}")
    library = ctypes.CDLL(str(found[0]))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class MockCluster:
    """One broker on a free loopback port, as long as this process lives; ``advertised`` is the port told to clients."""

    def __init__(self, topics: Iterable[str], partitions: int, join_delay_ms: int, advertised: int = 0) -> None:
        self._library = load_library()
        told = ctypes.create_string_buffer(512)
        settings = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set(settings, b"log_level", ERRORS_ONLY, told, len(told))
        self._client = self._library.rd_kafka_new(PRODUCER, settings, told, len(told))
        if not self._client:
            raise MockClusterError(told.value.decode(errors="replace"))
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, 1)
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, join_delay_ms)
        self.bootstrap: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        if advertised:
            self._library.rd_kafka_mock_broker_set_host_port(self._cluster, 1, b"127.0.0.1", advertised)
        for topic in topics:
            if error := self._library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1):
                raise MockClusterError(f"topic {topic}: librdkafka error {error}")

    def close(self) -> None:
        """Forget everything."""
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)
