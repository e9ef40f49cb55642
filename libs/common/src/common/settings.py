"""Settings that every service reads from its environment; the unit stands in the name."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from common.delivery.failpoints import read_failpoints
from common.kafka.settings import KafkaSettings

DRIVER = "postgresql+asyncpg"


class ServiceSettings(KafkaSettings):
    """What a service needs to run; read with ``Settings.model_validate({})``."""

    database_url: SecretStr = Field(description="postgresql+asyncpg:// URL of the service's own database")
    migration_database_url: SecretStr | None = Field(
        default=None, description="the same database as the user that owns the tables; only `migrate` uses it"
    )
    database_pool_size: int = Field(default=8, ge=2, description="connections kept for requests and events")
    kafka_grace_seconds: float = Field(
        default=60.0, description="how long the broker may be out of reach before the service is not ready"
    )
    kafka_look_seconds: float = Field(default=5.0, description="how often the broker and its topics are looked at")
    http_host: str = Field(default="127.0.0.1", description="address to listen on")
    http_port: int = Field(default=8000, ge=0, le=65535, description="port to listen on")
    forwarded_allow_ips: str = Field(
        default="127.0.0.1",
        description="addresses and networks, with commas, of the proxies whose X-Forwarded-For is believed",
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="address by which people reach the system")
    max_body_bytes: int = Field(default=2 * 1024 * 1024, description="largest request body taken")
    token_keys: str = Field(default='{"keys": []}', description="JWK set (JSON) of the public keys that sign tokens")
    service_token: SecretStr = Field(
        default=SecretStr(""), description="this service's bearer token for other services' feeds (role subscriber)"
    )
    link_key: SecretStr = Field(default=SecretStr(""), description="secret that signs the links in notices")
    feed_urls: dict[str, str] = Field(
        default_factory=dict, description='JSON: owner -> base URL of its feed, {"registration": "http://..."}'
    )
    consumer_max_records: int = Field(default=500, ge=1, description="most records of one micro-batch")
    consumer_batch_timeout_ms: int = Field(
        default=200, ge=1, description="how long a poll that finds no records waits for the first"
    )
    consumer_linger_ms: int = Field(
        default=20, ge=0, description="how long a batch gathers once records stream in; a lone one is taken at once"
    )
    consumer_fetch_wait_ms: int = Field(
        default=500, ge=1, description="how long the broker may hold back an answer when it has nothing new"
    )
    consumer_session_seconds: float = Field(
        default=10.0, ge=1, le=15, description="after so long without a sign of life others take a process's partitions"
    )
    consumer_attempts: int = Field(default=3, ge=1, description="tries of one message before it is a dead letter")
    dependency_wait_seconds: float = Field(
        default=240.0, description="how long a batch waits for a database or feed that is down before it is polled anew"
    )
    reconcile_seconds: float = Field(default=180.0, description="how often the memory is held against the feeds")
    relay_poll_seconds: float = Field(default=0.1, description="how often an idle relay looks into the outbox")
    relay_batch: int = Field(default=2000, ge=1, description="most events numbered or published at once")
    timer_poll_seconds: float = Field(default=1.0, description="how often timers look at the clock")
    timers_follow_clock: bool = Field(
        default=False, description="run timers at every move of the clock, whatever their interval (scenario clock)"
    )
    watchdog_seconds: float = Field(
        default=120.0, description="without assignment or progress so long: end the process"
    )
    drain_seconds: float = Field(default=0.0, description="time between readiness off and the stop of the intake")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    failpoints: str = Field(
        default="", description="for tests alone: places at which this process kills, breaks or holds itself"
    )
    migrations_dir: Path | None = Field(default=None, description="folder of the migrations, where not beside the code")

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _is_ours(cls, told: SecretStr | None) -> SecretStr | None:
        """Refuse what is no address of ours; its text may hold a password, so it is not repeated."""
        try:
            fits = told is None or make_url(told.get_secret_value()).drivername == DRIVER
        except (ArgumentError, ValueError):
            fits = False
        if not fits:
            form = f"{DRIVER}://user:password@host:5432/database"
            raise ValueError(f"phải có dạng {form} / must have the form {form}")
        return told

    @field_validator("failpoints")
    @classmethod
    def _is_known(cls, told: str) -> str:
        read_failpoints(told)
        return told
