"""Settings of registration."""

from common.settings import ServiceSettings


class Settings(ServiceSettings):
    """Registration needs nothing beyond what every service needs."""
