"""What papers of a dossier are called, in Vietnamese and English."""

PAPER_NAMES: dict[str, tuple[str, str]] = {
    "business_registration": ("Giấy chứng nhận đăng ký kinh doanh", "Business registration"),
    "food_safety_certificate": ("Giấy chứng nhận đủ điều kiện an toàn thực phẩm", "Food safety certificate"),
    "gmp": ("Giấy chứng nhận GMP", "GMP certificate"),
    "haccp": ("Giấy chứng nhận HACCP", "HACCP certificate"),
    "iso_22000": ("Giấy chứng nhận ISO 22000", "ISO 22000 certificate"),
    "small_scale_exemption": (
        "Cơ sở nhỏ lẻ không thuộc diện cấp giấy an toàn thực phẩm",
        "Small-scale exemption from the food safety certificate",
    ),
    "product_declaration": ("Bản tự công bố hoặc đăng ký bản công bố sản phẩm", "Product declaration"),
    "applied_standard": ("Tiêu chuẩn công bố áp dụng", "Applied standard"),
    "label": ("Nhãn hàng hóa", "Label"),
    "traceability": ("Giấy tờ truy xuất nguồn gốc", "Traceability"),
    "vn_sublabel": ("Nhãn phụ tiếng Việt", "Vietnamese sub-label"),
    "import_inspection": ("Giấy kiểm tra hàng nhập khẩu", "Import inspection"),
    "organiser_invitation": ("Giấy mời của Ban tổ chức", "Invitation of the organisers"),
    "invitation": ("Giấy mời", "Invitation"),
    "province_nomination": ("Văn bản đề cử của tỉnh, thành phố", "Nomination by the province"),
    "class_attestation": ("Giấy xác nhận phân loại sản phẩm", "Attestation of the product's class"),
    "recognition_decision": ("Quyết định công nhận", "Decision of recognition"),
    "certificate": ("Giấy chứng nhận OCOP", "OCOP certificate"),
    "test_report": ("Phiếu kiểm nghiệm", "Test report"),
    "barcode": ("Mã số, mã vạch", "Barcode"),
    "trademark_or_gi": ("Nhãn hiệu hoặc chỉ dẫn địa lý", "Trade mark or geographical indication"),
    "undertaking": ("Bản cam kết", "Undertaking"),
}


def name_paper(kind: str) -> tuple[str, str]:
    """Return a paper's name; a kind that only an edition's own pack knows is called by its code."""
    return PAPER_NAMES.get(kind, (kind, kind))
