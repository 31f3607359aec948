"""What a candidate says of itself, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from zymap.catalog import Catalog
from zymap.siting.lattice import SPACING_M
from zymap.siting.weights import STREET_POINT, VISITED


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one candidate; demand in the weights' unit."""

    number: str
    round: int
    gained: float
    total: float
    radius_m: int
    sites: int
    plane: str


def name(figures: Figures) -> tuple[str, str]:
    """Return the candidate's name in Chinese and English."""
    number = figures.number
    return f"停车场候选点 {number} (算法建议)", f"Car-park candidate {number} (computed)"


def description(figures: Figures) -> tuple[str, str]:
    """Return what the candidate is, in Chinese and English, each within 254 bytes."""
    f = figures
    if f.round == 1:
        gained_zh = f"{f.radius_m}米内新增覆盖需求{f.gained:g}"
        gained_en = f"adds {f.gained:g} of demand {f.total:g} within {f.radius_m} m"
    else:
        gained_zh = f"{f.radius_m}米内第{f.round}次覆盖需求{f.gained:g}"
        gained_en = f"covers {f.gained:g} of demand {f.total:g} once more within {f.radius_m} m"
    return (
        f"算法推算的候选位置，次序{f.number}：{gained_zh}（总量{f.total:g}）。"
        "只供讨论，未经用地核实，不是来源文件所列项目，不计入完成数。",
        f"Computed suggestion, rank {f.number}: {gained_en}. For discussion only: no land was "
        "checked, it is no project of the source document and never counts as done.",
    )


def sources(figures: Figures) -> str:
    """Return where the positions come from."""
    command = f"zymap site parking --sites {figures.sites} --radius-m {figures.radius_m}"
    return f"{command}；本数据集的图层；{command}; the layers of this dataset"


def protocol(figures: Figures, catalog: Catalog, uncertainty_m: int) -> str:
    """Return how the positions were computed: method, weights and radius."""
    f = figures
    return (
        f"最大覆盖选址（Church & ReVelle 1974，PySAL spopt，CBC 求解），{f.sites}处，"
        f"服务半径{f.radius_m}米（直线，{f.plane}）；候选点为区界内{SPACING_M}米方格点，避开水系误差圈；"
        f"需求权重（自拟假设）：{_weights(catalog, 'zh')}、"
        f"现状道路每{SPACING_M}米{STREET_POINT:g}，"
        "位置粗略的要素均摊到误差圈内；同分取距需求近者；"
        f"误差{uncertainty_m}米为半个方格对角线加取整。"
        f"Maximal covering location problem (Church & ReVelle 1974, PySAL spopt, CBC), "
        f"{f.sites} sites, service radius {f.radius_m} m (straight line, {f.plane}); candidates "
        f"on a {SPACING_M} m grid inside the boundary, off the water's uncertainty; demand "
        f"weights (assumed): {_weights(catalog, 'en')}, existing streets {STREET_POINT:g} per "
        f"{SPACING_M} m; coarse features spread over their uncertainty; ties go to the site "
        f"nearer to its demand; {uncertainty_m} m is half a grid cell's diagonal and rounding."
    )


def _weights(catalog: Catalog, language: str) -> str:
    known = [kind for kind in VISITED if kind in catalog.kinds]
    if language == "zh":
        return "、".join(f"{catalog.kinds[kind].zh}{VISITED[kind]:g}" for kind in known)
    return ", ".join(f"{catalog.kinds[kind].en.lower()} {VISITED[kind]:g}" for kind in known)
