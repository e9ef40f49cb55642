"""Settings of registration."""

from pydantic import Field

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """What registration needs beyond what every service needs."""

    organiser_contact: str = Field(
        default="Ban Tổ chức sự kiện OCOP, ocop@example.org", description="who helps, printed in letters of invitation"
    )
