"""How to reach the broker: services and the operators' commands read the same settings."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from common.secret_files import SettingsWithFiles


class SecurityProtocol(StrEnum):
    """How clients and brokers speak, by Kafka's own names."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def signs_in(self) -> bool:
        """Whether clients name a user and its password."""
        return self.startswith("SASL_")

    @property
    def is_encrypted(self) -> bool:
        """Whether the line is TLS."""
        return self.endswith("SSL")


SASL_MECHANISM = "SCRAM-SHA-512"


class KafkaSettings(SettingsWithFiles):
    """Address, user and trusted certificates; the mechanism is SCRAM-SHA-512."""

    kafka_bootstrap_servers: str = Field(default="127.0.0.1:9092", description="host:port list of the brokers")
    kafka_security_protocol: SecurityProtocol = Field(
        default=SecurityProtocol.PLAINTEXT,
        description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL (SCRAM-SHA-512 over TLS: what production uses)",
    )
    kafka_sasl_username: str = Field(default="", description="user at the broker, with a SASL_ protocol")
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), description="its password")
    kafka_sasl_password_file: Path | None = Field(default=None, description="file with its password, instead")
    kafka_ca_file: Path | None = Field(
        default=None, description="PEM file of the authority that signed the brokers' certificates; else the system's"
    )

    @model_validator(mode="after")
    def _check_access(self) -> Self:
        for name in ("kafka_sasl_password_file", "kafka_ca_file"):
            path: Path | None = getattr(self, name)
            if path is not None and not path.is_file():
                raise ValueError(f"{name.upper()}: there is no file {path}")
        if self.kafka_security_protocol.signs_in and not (self.kafka_sasl_username and self.read_kafka_password()):
            raise ValueError(
                f"KAFKA_SECURITY_PROTOCOL={self.kafka_security_protocol} needs KAFKA_SASL_USERNAME"
                " and KAFKA_SASL_PASSWORD or KAFKA_SASL_PASSWORD_FILE"
            )
        return self

    def read_kafka_password(self) -> str:
        """Return the password, from its file where one is named."""
        if self.kafka_sasl_password_file is not None:
            return self.kafka_sasl_password_file.read_text(encoding="utf-8").strip()
        return self.kafka_sasl_password.get_secret_value()
