"""This service's own settings, on top of the common ones."""

from typing import Annotated

from pydantic import Field

from common.settings import ServiceSettings

Secret = Annotated[str, Field(pattern=r"^[\w.\-/]+$", min_length=16, max_length=128)]
Seed = Annotated[str, Field(pattern=r"^[\w.\-/]+$", max_length=64)]


class Settings(ServiceSettings):
    """What allocation reads from its environment."""

    allocation_seed: Seed | None = Field(
        default=None,
        description="seed of every edition announced from now on, for reproducible scenarios alone; without it each draws its own",
    )
    allocation_secret: Secret | None = Field(
        default=None,
        description="what the names in the draw of every edition announced from now on are sealed with, beside ALLOCATION_SEED for"
        " reproducible scenarios alone; without it each edition draws its own",
    )
    organiser_contact: str = Field(
        default="Ban Tổ chức sự kiện OCOP, ocop@example.org", description="who helps, shown on the page of an offer"
    )
    solver_seconds: float = Field(default=300.0, gt=0, description="time after which the solver's process is killed")
    solver_memory_mb: int = Field(default=1024, ge=256, description="most memory of the solver's process, in MB")
    solver_workers: int = Field(default=1, ge=1, le=64, description="threads of the solver; the result is the same")
    explanation_threads: int = Field(
        default=2, ge=1, le=64, description="threads that look for a run's reasons; the result is the same"
    )
    solver_pass_work: float = Field(
        default=30.0, gt=0, description="most work of one pass in deterministic time, about seconds of one core"
    )
    plan_longitude: float = Field(
        default=105.817,
        ge=-180,
        le=180,
        description="longitude of the corner that plans are measured from; the default is only about Trịnh Công Sơn street",
    )
    plan_latitude: float = Field(default=21.073, ge=-85, le=85, description="latitude of that corner")
    plan_bearing: float = Field(
        default=90.0, ge=0, lt=360, description="where a plan's x goes, in degrees clockwise from north"
    )
