"""The closed code lists: codes that standards or zymap itself give a meaning to.

Open lists (kinds, areas) belong to a dataset and stand in its catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code's title in Chinese and English, with short forms for tight places."""

    zh: str
    en: str
    short_zh: str = ""
    short_en: str = ""


CodeList = Mapping[str, Code]

STATUS: CodeList = {
    # Standard: OC4IDS 0.9.5, codelist projectStatus.
    "identification": Code("谋划", "Identification"),
    "preparation": Code("前期", "Preparation"),
    "implementation": Code("在建", "Implementation"),
    "completion": Code("竣工", "Completion"),
    "maintenance": Code("运营", "Maintenance"),
    "decommissioning": Code("拆除中", "Decommissioning"),
    "decommissioned": Code("已拆除", "Decommissioned"),
    "cancelled": Code("取消", "Cancelled"),
}
PROJECT_TYPE: CodeList = {
    # Standard: OC4IDS 0.9.5, codelist projectType.
    "construction": Code("新建", "Construction"),
    "rehabilitation": Code("修复", "Rehabilitation"),
    "replacement": Code("更换", "Replacement"),
    "expansion": Code("扩建或提升", "Expansion"),
    "decommissioning": Code("拆除", "Decommissioning"),
}
LOCATION_STATUS: CodeList = {
    "located": Code("已定位", "Located"),
    "approximate": Code("大致位置", "Approximate"),
    "candidate": Code("候选点(算法建议)", "Candidate (computed)"),
    "unlocated": Code("待落图", "Not yet located"),
}
AREA_SOURCE: CodeList = {
    "stated": Code("报告写明", "Stated in the report"),
    "inferred": Code("推断", "Inferred"),
}
BOUNDARY_STATUS: CodeList = {
    "documented": Code("有据边界", "Documented boundary"),
    "inferred": Code("示意边界", "Schematic boundary"),
}
COMPARATOR: CodeList = {
    "eq": Code("等于", "equal to"),
    "ge": Code("不少于", "at least"),
    "zero": Code("为零", "zero"),
    "all": Code("全部", "all"),
    "qualitative": Code("定性", "qualitative"),
}
ROAD_ROLE: CodeList = {
    "existing": Code("现状道路", "Existing street"),
    "planned": Code("报告所列道路工程", "Road work of the report"),
}

BUILT_IN: Mapping[str, CodeList] = {
    "status": STATUS,
    "project_type": PROJECT_TYPE,
    "location_status": LOCATION_STATUS,
    "area_source": AREA_SOURCE,
    "boundary_status": BOUNDARY_STATUS,
    "comparator": COMPARATOR,
    "road_role": ROAD_ROLE,
}
