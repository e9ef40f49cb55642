"""Settings of notifications: how mail leaves the house, and who signs it."""

from pathlib import Path

from pydantic import Field, SecretStr

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """What notifications needs beyond what every service needs."""

    smtp_host: str = Field(default="127.0.0.1", description="mail server to hand mails to")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="its port (587 with STARTTLS)")
    smtp_username: str | None = Field(default=None, description="user name at the mail server, where it asks for one")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="password at the mail server")
    smtp_starttls: bool = Field(default=False, description="insist on TLS before anything is said")
    smtp_ca_file: Path | None = Field(
        default=None, description="the authority that signed the mail server's certificate, where not a public one"
    )
    smtp_timeout_seconds: float = Field(default=20.0, gt=0, description="how long one SMTP command may take")
    mail_from: str = Field(
        default="Ban Tổ chức sự kiện OCOP <ocop@example.org>", description="sender, name and address"
    )
    mail_reply_to: str | None = Field(default=None, description="address for answers, where not the sender's")
    organiser_contact: str = Field(
        default="Ban Tổ chức sự kiện OCOP, ocop@example.org", description="who helps, printed in every notice"
    )
    mail_enclosed_mb: int = Field(
        default=10, ge=0, le=50, description="the most that files of a mail may have together, in MB; 0 encloses none"
    )
    mail_workers: int = Field(
        default=4, ge=1, le=32, description="mails sent at the same time, each over a connection of its own meanwhile"
    )
    mail_batch: int = Field(default=20, ge=1, le=100, description="notices that one worker takes at a time")
    mail_poll_seconds: float = Field(
        default=1.0, gt=0, description="how often idle senders look for notices that other processes stored"
    )
    mail_lease_seconds: float = Field(
        default=60.0, gt=0, description="after so long without a result an attempt's outcome is unknown"
    )
