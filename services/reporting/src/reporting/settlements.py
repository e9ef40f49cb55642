"""What reporting does about each event of its own that a restored database forgot."""

from common.contracts.reporting import DayFiguresRecorded, ReportIssued, ReportWithdrawn
from common.delivery.settling import Settlement, settle
from reporting.figure_recalls import handlers as figures
from reporting.report_recalls import handlers as reports

SETTLEMENTS: list[Settlement] = [
    settle(DayFiguresRecorded, figures.recall_figures),
    settle(ReportIssued, reports.recall_issue),
    settle(ReportWithdrawn, reports.recall_withdrawal),
]
