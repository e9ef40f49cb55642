"""Every metric of the plumbing: one closed set of names, each with a sentence; labels never carry an id."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60)


class Metrics:
    """The metrics of one service, in a registry of its own so that several services can live in one process."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, ("service", *labels), registry=self.registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(name, text, ("service", *labels), registry=self.registry)

        def histogram(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(name, text, ("service", *labels), registry=self.registry, buckets=SECONDS)

        self.service = service
        self.handled = counter("ocop_messages_handled", "Messages whose handlers ran and committed.", "type")
        self.copies = counter("ocop_messages_copies", "Messages dropped because their number was taken in before.")
        self.unknown = counter("ocop_messages_unknown", "Messages skipped because nobody here listens to their type.")
        self.dead = counter("ocop_messages_dead", "Messages that went to the dead letters.", "reason")
        self.parked = counter("ocop_messages_parked", "Messages kept behind a parked subject.")
        self.gaps = counter("ocop_gaps", "Gaps in a key's numbers that were seen.")
        self.healed = counter("ocop_gap_messages_healed", "Messages fetched from an owner's feed.")
        self.went_back = gauge(
            "ocop_owner_went_back", "1 while an owner's log lacks what was taken from it, or told by itself.", "owner"
        )
        self.waits = counter("ocop_dependency_waits", "Waits for a database or feed that did not answer.", "what")
        self.batch_seconds = histogram("ocop_batch_seconds", "Time of one micro-batch from records to commit.")
        self.lag_seconds = gauge("ocop_consumer_lag_seconds", "Now minus the time of the last event taken in.")
        self.behind = gauge(
            "ocop_consumer_behind", "Records of a partition that this group has not stored yet.", "topic", "partition"
        )
        self.assigned = gauge("ocop_assigned_partitions", "Partitions assigned to this process.")
        self.rebalances = counter("ocop_rebalances", "Times that partitions were taken away.")
        self.published = counter("ocop_events_published", "Messages that the broker acknowledged.")
        self.publish_errors = counter("ocop_publish_errors", "Failed sends by class of error.", "error")
        self.relay_leader = gauge(
            "ocop_relay_leader", "1 while this process leads the relay and its last turn went well."
        )
        self.outbox_rows = gauge("ocop_outbox_rows", "Messages in the outbox.")
        self.outbox_oldest = gauge("ocop_outbox_oldest_seconds", "Age of the oldest message in the outbox.")
        self.unpublished = gauge("ocop_log_unpublished_events", "Numbered events that the broker has not acknowledged.")
        self.parked_subjects = gauge("ocop_parked_subjects", "Subjects and keys that wait for an operator.")
        self.resting = gauge(
            "ocop_editions_resting", "Editions that rest after a restore, by what they wait for.", "reason"
        )
        self.entries_lost = gauge(
            "ocop_entries_lost", "1 until somebody says that what a restore lost and no event tells was entered again."
        )
        self.certificate_end = gauge(
            "ocop_broker_certificate_end_seconds", "Unix time at which the broker's certificate ends."
        )
        self.request_seconds = histogram("ocop_request_seconds", "Time of one HTTP request.", "route", "status")

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)
