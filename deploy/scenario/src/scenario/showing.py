"""Shows a run on the terminal: a line per stage, and the table at the end."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from scenario.doors.system import Json
from scenario.playing import Played
from scenario.reading.mistakes import ScenarioMistakesError
from scenario.results.wording import FIGURES, write_figure, write_moment
from scenario.script.states import EDITION_STATES


class Screen:
    """The terminal, or any other console of rich."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def line(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def stage(self, stage: Played) -> None:
        """Print one stage: scenario time, title, counters, seconds."""
        head = f"[dim]{write_moment(stage.at)}[/dim]  [bold]{stage.title:<22}[/bold]"
        self._console.print(head, end=" ")
        self._console.print(f"{stage.told}  ({stage.seconds:.1f} s)", markup=False)

    def failure(self, error: BaseException) -> None:
        self._console.print("[bold red]Không thành công / failed[/bold red]")
        self._console.print(str(error), markup=False)

    def mistakes(self, error: ScenarioMistakesError) -> None:
        for mistake in error.mistakes:
            self._console.print(str(mistake), markup=False, soft_wrap=True)
        self._console.print(f"{len(error.mistakes)} lỗi; chưa khởi động gì / mistakes; nothing was started")

    def table(self, summary: Json, seconds: float, calls: int) -> None:
        """Print what came of it."""
        table = Table(title=f"{summary['scenario']} ({summary['edition']})", show_header=False)
        table.add_column(style="bold")
        table.add_column(justify="right")
        decisions, places = summary["decisions"], summary["places"]
        rows: list[tuple[str, object]] = [
            ("kỳ sự kiện / edition", " / ".join(EDITION_STATES[summary["state"]])),
            ("hồ sơ nộp / applied", sum(summary["applications"].values())),
            ("chấp nhận / accepted", decisions.get("application_accepted", 0)),
            ("gian hàng đã xếp / booths placed", sum(len(codes) for codes in summary["placements"].values())),
            ("chủ thể có gian hàng / vendors placed", len(summary["placements"])),
            ("danh sách chờ / waiting list", len(summary["waiting_list"])),
            ("mời nhận gian hàng / offers", places.get("booth_offered", 0)),
            ("thông báo / notices", sum(summary["notices"].values())),
            ("báo cáo / reports", len(summary["reports"])),
            *[(f"sự kiện / events: {service}", count) for service, count in summary["events"].items()],
            ("yêu cầu HTTP / requests", calls),
            ("giây / seconds", f"{seconds:.1f}"),
        ]
        for name, value in [*rows[:9], *_figures(summary), *rows[9:]]:
            table.add_row(name, str(value))
        self._console.print(table)

    def paths(self, out: Path) -> None:
        """Print where the results are."""
        for path in sorted((out / "reports").iterdir()):
            self.line(str(path))
        self.line(str(out / "index.html"))


def _figures(summary: Json) -> list[tuple[str, object]]:
    results = [report for report in summary["reports"] if report["kind"] == "result"]
    figures: Json = results[-1]["figures"] if results else {}
    shown: list[tuple[str, object]] = [("ngày hội chợ có số liệu / fair days with figures", len(summary["days"]))]
    return shown + [
        (f"{vi} / {en}", write_figure(figures[name], name)) for name, (vi, en) in FIGURES.items() if name in figures
    ]
