"""How routes get the workshop."""

from typing import Annotated

from fastapi import Depends, Request

from registration.workshop.handlers import Workshop


def _of_app(request: Request) -> Workshop:
    workshop: Workshop = request.app.state.workshop
    return workshop


TheWorkshop = Annotated[Workshop, Depends(_of_app)]
