"""How a numbered paper is entered over HTTP."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from common.web import Paper

PAPER_EXAMPLE: JsonDict = {
    "type": "KH",
    "number": "100",
    "notation": "KH-UBND",
    "issued_on": "2020-05-15",
    "issuing_agency_code": "hn.ubnd",
    "title": "Triển khai mô hình chỉ đạo điểm Chương trình Mỗi xã một sản phẩm thành phố Hà Nội năm 2020",
}


class PaperEntry(Paper):
    """A numbered paper as the caller enters it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [PAPER_EXAMPLE]})

    title: Annotated[str, Field(min_length=1, max_length=500)]
