"""The page at the one address: what runs where, and where to go on."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

ABOUT = {
    "registration": (
        "Đăng ký",
        "kỳ sự kiện, cơ quan, đề cử, chủ thể, thẩm định · editions, agencies, nominations, vendors, vetting",
    ),
    "allocation": (
        "Phân bổ gian hàng",
        "sơ đồ, phương án, mời nhận gian hàng, điểm danh · floor plan, runs, offers, check-in",
    ),
    "notifications": ("Thông báo", "sổ liên hệ, thông báo, thư · contact book, notices, mails"),
    "reporting": ("Báo cáo", "chỉ tiêu, số liệu ngày, báo cáo · figures, day figures, reports"),
}
PAGE = Template(
    """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>OCOP Showcase</title>
<style>
body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd}
code{background:#f3f3f3;padding:.1rem .3rem;overflow-wrap:anywhere}a{color:#8a1c1c}
</style></head><body>
<h1>OCOP Showcase</h1>
<p>Mỗi xã một sản phẩm · One commune one product</p>
<p>Hệ thống đang chạy trên một máy, để dùng thử. · The system runs on one machine, for trying out.</p>
<table><thead><tr><th>dịch vụ · service</th><th>làm gì · does</th><th>trang · pages</th><th>cổng · port</th></tr></thead>
<tbody>$rows</tbody></table>
<h2>Mã truy cập · Tokens</h2>
<p><code>.venv/bin/python -m launcher token --role organiser</code> → <code>Authorization: Bearer …</code></p>
$places</body></html>
"""
)
ROW = Template(
    "<tr><td><b>$name</b><br>$vietnamese</td><td>$does</td>"
    '<td><a href="/$name/openapi.json">openapi.json</a> · <a href="/$name/health/ready">health</a> ·'
    ' <a href="/$name/metrics">metrics</a></td><td>$port</td></tr>'
)


def render_home(routes: Mapping[str, int], state: Path | None) -> str:
    """Return the page as HTML."""
    rows = "".join(_row(name, port) for name, port in routes.items())
    return PAGE.substitute(rows=rows, places=_places(state) if state is not None else "")


def _row(name: str, port: int) -> str:
    vietnamese, does = ABOUT.get(name, ("", ""))
    return ROW.substitute(name=escape(name), vietnamese=vietnamese, does=does, port=port)


def _places(state: Path) -> str:
    places = {
        "thư đã gửi · mails": state / "mail",
        "nhật ký · logs": state / "logs",
        "cơ sở dữ liệu · database": state / "postgres",
    }
    items = "".join(f"<li>{what}: <code>{escape(str(path))}</code></li>" for what, path in places.items())
    return f"<h2>Ở đâu · Where things lie</h2><ul>{items}</ul>"
