"""Frameworks whose dependencies do not go with ours, in an environment of their own (``requirements/bench.txt``).

``python peers_apart.py arroyo|quix <database> <bootstrap> <topic>`` reads until it is ended, each batch in one
transaction: an event id remembered, an effect stored, a row for the outbox. It imports nothing of this repository.
"""

import json
import logging
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

import psycopg

BATCH = 500
BATCH_SECONDS = 0.02
SEEN = "INSERT INTO seen VALUES (%s) ON CONFLICT DO NOTHING"
EFFECT = "INSERT INTO effects (event_id, subject) VALUES (%s, %s)"
EMIT = "INSERT INTO outbox (event_id, topic, key, headers, value) VALUES (%s, 't', 'k', '{}', 'v')"
GROUP = "peer"


def store(connection: psycopg.Connection, events: list[dict[str, Any]]) -> None:
    """Store what follows from a batch in one transaction."""
    rows = [(uuid.uuid4(), event["application_id"]) for event in events]
    ids = [row[:1] for row in rows]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(SEEN, ids)
        cursor.executemany(EFFECT, rows)
        cursor.executemany(EMIT, ids)


def run_arroyo(connection: psycopg.Connection, bootstrap: str, topic: str) -> None:
    """Sentry's way: a strategy of batches, then the work, then the offsets."""
    from arroyo.backends.kafka import KafkaConsumer  # noqa: PLC0415  # each is loaded alone
    from arroyo.backends.kafka.configuration import build_kafka_consumer_configuration  # noqa: PLC0415
    from arroyo.processing.processor import StreamProcessor  # noqa: PLC0415
    from arroyo.processing.strategies import CommitOffsets, RunTask  # noqa: PLC0415
    from arroyo.processing.strategies.abstract import ProcessingStrategyFactory  # noqa: PLC0415
    from arroyo.processing.strategies.batching import BatchStep  # noqa: PLC0415
    from arroyo.types import Topic  # noqa: PLC0415

    def work(message: Any) -> Any:
        store(connection, [json.loads(one.payload.value) for one in message.payload])
        return message.payload

    class Factory(ProcessingStrategyFactory):
        def create_with_partitions(self, commit: Any, partitions: Any) -> Any:  # noqa: ARG002
            return BatchStep(BATCH, BATCH_SECONDS, RunTask(work, CommitOffsets(commit)))

    options = build_kafka_consumer_configuration(
        {}, bootstrap_servers=[bootstrap], group_id=GROUP, auto_offset_reset="earliest"
    )
    StreamProcessor(consumer=KafkaConsumer(options), topic=Topic(topic), processor_factory=Factory()).run()


def run_quix(connection: psycopg.Connection, bootstrap: str, topic: str) -> None:
    """Quix's way: a sink that is flushed at each checkpoint, every so many messages."""
    from quixstreams import Application  # noqa: PLC0415  # each is loaded alone
    from quixstreams.sinks import BatchingSink  # noqa: PLC0415

    class Store(BatchingSink):
        def flush(self) -> None:
            """Store what came of all partitions at once, as the others do; the sink's own way is one by one."""
            events = [item.value for batch in self._batches.values() for item in batch]
            self._batches.clear()
            if events:
                store(connection, events)

        def write(self, batch: Any) -> None:
            raise NotImplementedError

    application = Application(
        bootstrap,
        consumer_group=GROUP,
        auto_offset_reset="earliest",
        commit_interval=BATCH_SECONDS,
        commit_every=BATCH,
        auto_create_topics=False,
        loglevel=None,
    )
    application.dataframe(application.topic(topic)).sink(Store())
    application.run()


def main() -> None:
    """Read as the command line says."""
    logging.disable(logging.WARNING)
    way, database, bootstrap, topic = sys.argv[1:]
    print(datetime.now(tz=UTC).isoformat(), way, flush=True)  # noqa: T201  # for the person at the terminal
    with psycopg.connect(database, autocommit=True) as connection:
        {"arroyo": run_arroyo, "quix": run_quix}[way](connection, bootstrap, topic)


if __name__ == "__main__":
    main()
