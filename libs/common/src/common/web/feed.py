"""The pull feed's routes, where subscribers read a service's history and close gaps."""

from typing import Annotated

from fastapi import Query, Response

from common.delivery.feed import (
    BIGINT,
    HISTORY_EVENTS,
    HISTORY_TYPE,
    PAGE,
    FeedKey,
    FeedPage,
    read_feed,
    read_feed_keys,
    read_history,
)
from common.delivery.stories import STORIES_TYPE, STORY_EVENTS, read_stories
from common.tokens import Role
from common.web.access import allow
from common.web.routing import Routes, Uow, new_router


def feed_routes() -> Routes:
    """Return the pull feed, where subscribers read the service's history and close gaps."""
    router = new_router("feed")

    @router.get(
        "/events", dependencies=[allow(Role.SUBSCRIBER, Role.OPERATOR, Role.ORGANISER)], response_model=FeedPage
    )
    async def read_events(
        uow: Uow,
        after: Annotated[int, Query(ge=0, le=BIGINT, description="position after which to read")] = 0,
        key: Annotated[str | None, Query(max_length=200, description="only events of this key")] = None,
        after_keysequence: Annotated[
            int | None, Query(ge=0, le=BIGINT, description="with key: after this number")
        ] = None,
        source: Annotated[str | None, Query(max_length=200, description="only events of this ce_source")] = None,
        limit: Annotated[
            int, Query(ge=1, le=PAGE, description="the most events; fewer come where they are large")
        ] = PAGE,
    ) -> Response:
        """Every public event of this service from the first, in order, as CloudEvents structured JSON."""
        page = await read_feed(
            uow.session,
            told_under=uow.source,
            after=after,
            key=key,
            after_key_sequence=after_keysequence,
            limit=limit,
            source=source,
        )
        return Response(page, media_type="application/json")

    @router.get("/events/keys", dependencies=[allow(Role.SUBSCRIBER, Role.OPERATOR, Role.ORGANISER)])
    async def read_keys(
        uow: Uow,
        after: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> list[FeedKey]:
        """Each key with its last number, so that a reader sees whether it lacks the newest."""
        return await read_feed_keys(uow.session, after, limit)

    @router.get(
        "/events/history",
        dependencies=[allow(Role.SUBSCRIBER, Role.OPERATOR, Role.ORGANISER)],
        response_class=Response,
        responses={200: {"content": {HISTORY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def read_whole_history(
        uow: Uow,
        after: Annotated[int, Query(ge=0, le=BIGINT, description="position after which to read")] = 0,
        limit: Annotated[int, Query(ge=1, le=HISTORY_EVENTS)] = HISTORY_EVENTS,
    ) -> Response:
        """The same events for subscribers with long histories to read: a line of JSON about each, then all values, as told.

        In the order of positions, so one number says how far a reader is; our own rebuilds read key by key.
        """
        return Response(await read_history(uow.session, after, limit), media_type=HISTORY_TYPE)

    @router.get(
        "/events/stories",
        dependencies=[allow(Role.SUBSCRIBER, Role.OPERATOR, Role.ORGANISER)],
        response_class=Response,
        responses={200: {"content": {STORIES_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def read_whole_stories(
        uow: Uow,
        first: Annotated[str, Query(max_length=200, description="the first key to read")],
        last: Annotated[str, Query(max_length=200, description="the last key to read")],
        after_keysequence: Annotated[
            int, Query(ge=0, le=BIGINT, description="of the first key, after this number")
        ] = 0,
        limit: Annotated[int, Query(ge=1, le=STORY_EVENTS)] = STORY_EVENTS,
    ) -> Response:
        """The same events key by key, each key's in order: their envelopes, then all values, as they were told."""
        told = await read_stories(uow.session, first, last, after_keysequence, limit)
        return Response(told, media_type=STORIES_TYPE)

    return router
