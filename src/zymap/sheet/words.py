"""Every word that the sheet itself says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zymap.catalog import Catalog
from zymap.codelists import Code
from zymap.sheet.options import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "all": "全部项目",
        "approximate": "大致位置：真实位置在圈内（按比例）",
        "area.documented": "重点片区（有据边界）",
        "area.schematic": "重点片区（示意边界）",
        "area.count": "{number} 项 · 已落图 {located}",
        "area.late": "逾期 {number}",
        "areas": "各片区项目",
        "as_of": "截至 {day}",
        "boundary": "区界",
        "boundary.approximate": "概略区界",
        "candidate": "候选点（算法建议，不是项目）",
        "column.area": "所属片区",
        "column.deadline": "完成期限",
        "column.kind": "类别",
        "column.location": "位置",
        "column.name": "名称",
        "column.number": "编号",
        "column.section": "报告章节",
        "column.status": "阶段",
        "crs": "坐标系 {name}",
        "days.left": "还有 {days} 天",
        "days.over": "逾期 {days} 天",
        "days.today": "当天到期",
        "due": "逾期与最近期限",
        "due.more": "另有 {number} 项见附表",
        "due.none": "所列项目都没有写明未完的期限。",
        "due.undated": "{number} 项没有写明具体日期，不判断是否逾期",
        "filter.bbox": "范围框内",
        "filter.due": "期限 {low} 至 {high}",
        "filter.due_from": "期限不早于 {low}",
        "filter.due_until": "期限不晚于 {high}",
        "filter.due.later": "尚不临近",
        "filter.due.over": "已过期限而已结束",
        "filter.due.overdue": "逾期",
        "filter.due.soon": "临近期限",
        "filter.due.undated": "没有写明日期",
        "filter.ids": "指定的 {number} 项",
        "filter.limit": "至多 {number} 项",
        "filter.located": "已落图",
        "filter.none": "未填",
        "filter.polygon": "所画范围内",
        "filter.text": "名称含“{text}”",
        "filter.unlocated": "待落图",
        "filter.within": "位于{area}内",
        "filters": "筛选：{filters}",
        "list": "项目清单",
        "list.late": "逾期项目",
        "list.late.none": "没有逾期项目。",
        "list.located": "图上项目（编号即图上编号）",
        "list.located.plain": "图上项目",
        "list.outside": "已落图，在图幅之外",
        "list.unlocated": "待落图（没有可靠位置，不在图上）",
        "legend": "图例",
        "legend.line": "线状或面状项目（颜色按阶段）",
        "legend.status": "{status} {number} 项",
        "made": "制图 {day}",
        "left_out": "要素过多，底图略去：{layers}",
        "metres": "约 ±{metres} 米",
        "no_status": "未写明阶段",
        "no_map": "还没有任何要素有可靠位置，不画地图。",
        "north": "北",
        "number": "{number} 项",
        "overdue": "逾期",
        "page": "第 {page} / {pages} 页",
        "revision": "数据版本 {revision}",
        "scale": "比例尺 1:{number}",
        "street": "现状道路（示意）",
        "sum": "图上 {on_map} + 待落图 {unlocated} = 共 {listed}",
        "sum.outside": "图上 {on_map} + 图幅外 {outside} + 待落图 {unlocated} = 共 {listed}",
        "separator": "、",
        "total": "全部",
        "located": "已落图",
        "unlocated": "待落图",
        "unit": "项",
    },
    "en": {
        "all": "all works",
        "approximate": "Approximate: true place within the circle (to scale)",
        "area.documented": "Key area (documented)",
        "area.schematic": "Key area (schematic)",
        "area.count": "{number} · {located} located",
        "area.late": "{number} overdue",
        "areas": "Works by area",
        "as_of": "As of {day}",
        "boundary": "District",
        "boundary.approximate": "District (generalised)",
        "candidate": "Candidate (computed, no work)",
        "column.area": "Area",
        "column.deadline": "Deadline",
        "column.kind": "Kind",
        "column.location": "Location",
        "column.name": "Name",
        "column.number": "No.",
        "column.section": "Section (Chinese)",
        "column.status": "Stage",
        "crs": "CRS {name}",
        "days.left": "{days} days left",
        "days.over": "{days} days over",
        "days.today": "due today",
        "due": "Overdue and next due",
        "due.more": "{number} more: see the table",
        "due.none": "None of the works listed has a deadline still open.",
        "due.undated": "{number} state no date and are not judged",
        "filter.bbox": "inside a box",
        "filter.due": "due {low} to {high}",
        "filter.due_from": "due {low} or later",
        "filter.due_until": "due {high} or earlier",
        "filter.due.later": "due later",
        "filter.due.over": "ended, date passed",
        "filter.due.overdue": "overdue",
        "filter.due.soon": "due soon",
        "filter.due.undated": "no date stated",
        "filter.ids": "{number} chosen works",
        "filter.limit": "at most {number}",
        "filter.located": "located",
        "filter.none": "none",
        "filter.polygon": "inside a drawn shape",
        "filter.text": "name holds “{text}”",
        "filter.unlocated": "not yet located",
        "filter.within": "lying in {area}",
        "filters": "Filter: {filters}",
        "list": "List of works",
        "list.late": "Overdue works",
        "list.late.none": "No work is overdue.",
        "list.located": "On the map (under these numbers)",
        "list.located.plain": "On the map",
        "list.outside": "Located, outside this map",
        "list.unlocated": "Not yet located (no reliable place, not on the map)",
        "legend": "Legend",
        "legend.line": "Work as line or shape (by stage)",
        "legend.status": "{status} ({number})",
        "made": "Made {day}",
        "left_out": "Too many features, left out: {layers}",
        "metres": "about ±{metres} m",
        "no_status": "Stage not stated",
        "no_map": "Nothing has a reliable place yet, so there is no map.",
        "north": "N",
        "number": "{number} works",
        "overdue": "Overdue",
        "page": "Page {page} / {pages}",
        "revision": "Data revision {revision}",
        "scale": "Scale 1:{number}",
        "street": "Street (schematic)",
        "sum": "{on_map} on the map + {unlocated} not located = {listed} in all",
        "sum.outside": "{on_map} on the map + {outside} outside it + {unlocated} not located = "
        "{listed} in all",
        "separator": ", ",
        "total": "All works",
        "located": "Located",
        "unlocated": "Not yet located",
        "unit": "",
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, those of the catalogue's codes included."""

    language: Language
    catalog: Catalog

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values put in."""
        return TEXTS[self.language][key].format(**values)

    def pick(self, zh: str, en: str) -> str:
        """Return the one of two texts that is in this language, or the one that is there."""
        return (zh or en) if self.language == "zh" else (en or zh)

    def code(self, code_list: str, code: str, *, short: bool = False) -> str:
        """Return the title of a code; the code itself where the list lacks it."""
        found: Code | None = self.catalog.code_list(code_list).get(code)
        if found is None:
            return code
        title = self.pick(found.zh, found.en)
        return (self.pick(found.short_zh, found.short_en) or title) if short else title

    def reported(self, text: str) -> str:
        """Return the report's own words, in this language where the catalogue has them."""
        return text if self.language == "zh" else self.catalog.in_english(text)

    def status(self, code: str | None) -> str:
        """Return the title of a stage, or that none is stated."""
        return self("no_status") if code is None else self.code("status", code)

    def days(self, days: int) -> str:
        """Return how far off a deadline is; below zero it has passed."""
        if days == 0:
            return self("days.today")
        return self("days.over" if days < 0 else "days.left", days=abs(days))


def grouped(number: int) -> str:
    """Return a number with thin gaps between the thousands: ``75 000`` (ISO 80000-1, 7.3.1)."""
    return f"{number:,}".replace(",", "\u00a0")
