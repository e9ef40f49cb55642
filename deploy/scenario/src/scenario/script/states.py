"""What the states of an edition are called, in Vietnamese and English."""

EDITION_STATES: dict[str, tuple[str, str]] = {
    "planned": ("dự kiến", "planned"),
    "approved": ("đã phê duyệt", "approved"),
    "registration_open": ("đang nhận đăng ký", "registration open"),
    "registration_closed": ("đã đóng đăng ký", "registration closed"),
    "allocated": ("đã phân bổ gian hàng", "allocated"),
    "ready": ("sẵn sàng", "ready"),
    "live": ("đang diễn ra", "live"),
    "closed": ("đã bế mạc", "closed"),
    "reported": ("đã báo cáo kết quả", "reported"),
    "suspended": ("tạm dừng", "suspended"),
    "cancelled": ("đã hủy", "cancelled"),
}
