"""Settings of registration."""

from pydantic import Field, SecretStr

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """What registration reads from its environment beyond what every service reads."""

    evidence_store: str = Field(
        default="var/evidence", description="where evidence papers lie: a folder, or s3://bucket/prefix"
    )
    evidence_s3_endpoint: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="address of an S3-compatible store; without it Amazon's own",
    )
    evidence_s3_region: str = Field(default="us-east-1", description="region of the S3 bucket")
    evidence_s3_key_id: str = Field(default="", description="access key id of the S3 bucket")
    evidence_s3_secret: SecretStr = Field(default=SecretStr(""), description="secret access key of the S3 bucket")
    clamd_address: str = Field(
        default="", description="host:port of ClamAV's daemon; without it papers are told as not scanned"
    )
    draft_days: int = Field(
        default=30, ge=1, le=365, description="days after which a draft that nobody saves any more is deleted"
    )
    drafts_per_contact: int = Field(
        default=10, ge=1, description="unsent drafts of one e-mail, phone or signed-in vendor for an edition"
    )
    drafts_per_edition: int = Field(
        default=5_000, ge=1, description="unsent drafts of an edition that their links alone open"
    )
    drafts_per_hour: int = Field(
        default=300, ge=1, description="drafts that may be begun for an edition within an hour without signing in"
    )
    drafts_per_address: int = Field(
        default=60, ge=1, description="those of them that may come from one address on the internet (IPv6: one /64)"
    )
    draft_mails: int = Field(
        default=5,
        ge=1,
        le=100,
        description="mails with the link of a draft: so many of a draft in all, and to an address within 24 hours",
    )
    organiser_contact: str = Field(
        default="Ban Tổ chức sự kiện OCOP, ocop@example.org", description="who helps, printed in letters of invitation"
    )
