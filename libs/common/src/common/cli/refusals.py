"""How a command ends that cannot do its work: one line in Vietnamese and English, a code that is not 0, no traceback.

What has no line here is a mistake of ours, and its traceback is wanted.
"""

import sys
from collections.abc import Callable
from typing import NoReturn

from aiokafka.errors import KafkaError
from sqlalchemy.engine import URL

from common.database.watch import explain, where
from common.dependencies import is_dependency_down, sqlstate_of

FAILED = 1
NOT_MIGRATED = "42P01"
REFUSALS_VI = {
    "28P01": "từ chối người dùng {user}: sai mật khẩu hoặc người dùng trong DATABASE_URL",
    "28000": "từ chối người dùng {user}: xem pg_hba.conf và DATABASE_URL",
    "3D000": "không có cơ sở dữ liệu {database}: hãy tạo, hoặc sửa DATABASE_URL",
    "25006": "không cho ghi: là bản dự phòng hoặc chỉ đọc; hãy để DATABASE_URL trỏ tới máy chính",
    "42501": "không cho {user} dùng {database}: hãy cấp quyền, hoặc sửa DATABASE_URL",
    "53100": "hết chỗ trên đĩa: hãy giải phóng",
    "53300": "hết kết nối: tăng max_connections, hoặc giảm DATABASE_POOL_SIZE",
    "57P03": "đang khởi động hoặc đang dừng: hãy chờ, hoặc xem nhật ký",
}
"""What ``common.database.watch`` says in English, for the person at the terminal."""


def refuse(vi: str, en: str, code: int = FAILED) -> NoReturn:
    """End the command with why, in both languages."""
    print(f"{vi} / {en}", file=sys.stderr)  # noqa: T201  # for the person at the terminal
    raise SystemExit(code)


def run_plainly(command: Callable[[], object], service: str, database: Callable[[], URL]) -> None:
    """Run a command; where a database, broker or file does not let it, end it with one line."""
    try:
        command()
    except OSError as error:
        if error.filename is None:
            _refuse_database(error, service, database())
        why = error.strerror or type(error).__name__
        refuse(f"Không dùng được {error.filename} ({why}).", f"{error.filename} cannot be used ({why}).")
    except KafkaError as error:
        name = type(error).__name__
        refuse(
            f"Kafka không trả lời ({name}): hãy khởi động, hoặc sửa KAFKA_BOOTSTRAP_SERVERS.",
            f"Kafka does not answer ({name}): start it, or mend KAFKA_BOOTSTRAP_SERVERS.",
        )
    except Exception as error:
        if not (is_dependency_down(error) or sqlstate_of(error) in {*REFUSALS_VI, NOT_MIGRATED}):
            raise
        _refuse_database(error, service, database())


def _refuse_database(error: Exception, service: str, url: URL) -> NoReturn:
    code, place = sqlstate_of(error), where(url).replace(" at ", " ở ")
    if code == NOT_MIGRATED:
        run = f"python -m {service} migrate"
        refuse(
            f"{place}, cơ sở dữ liệu {url.database}: chưa có bảng; hãy chạy `{run}`.", f"no tables yet: run `{run}`."
        )
    vi = REFUSALS_VI.get(code, "").format(user=url.username, database=url.database)
    vi = vi or f"không trả lời ({code or type(error).__name__}): hãy khởi động, hoặc sửa DATABASE_URL"
    refuse(f"{place} {vi}.", explain(error, url) + ".")
