"""The tables that hold nothing but what reactions to events wrote: ``python -m reporting rebuild`` makes them anew."""

from reporting.editions.tables import EditionStepRow
from reporting.participations.tables import ApplicationRow, AttendanceRow, NoticeRow, PlaceRow
from reporting.positions.tables import PositionRow

READ_MODELS = tuple(
    row.__tablename__ for row in (EditionStepRow, ApplicationRow, PlaceRow, AttendanceRow, NoticeRow, PositionRow)
)
