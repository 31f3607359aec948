"""What a publication tells of itself: README.txt for people, LICENCES.txt, and a manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

import orjson

from zymap import __version__
from zymap.catalog import Catalog
from zymap_api.publish.files import File, LeftOut
from zymap_api.publish.folder import MANIFEST
from zymap_web.assets import VendoredFile

README, LICENCES = "README.txt", "LICENCES.txt"
_FORMAT = 1


def write_readme(
    folder: Path,
    catalog: Catalog,
    *,
    revision: str,
    date: str,
    counts: tuple[int, int],
    files: Sequence[File],
    left_out: Sequence[LeftOut],
) -> None:
    """Write what the folder is, in both languages; Windows' editor reads it right."""
    dataset = catalog.dataset
    matched, located = counts
    lines = [
        dataset.title_zh,
        dataset.title_en,
        "",
        "双击 index.html 打开地图,不需要网络和安装;整个文件夹可以放在 U 盘或任何网站上。",
        f"项目 {matched} 项,其中已落图 {located} 项、待落图 {matched - located} 项。",
        f"内容依据:{dataset.report_zh}",
        f"数据来源:{dataset.attribution_zh};许可:{dataset.licence}",
        f"数据版本 {revision},zymap {__version__},发布日期 {date}。期限在浏览器里按打开当天判断。",
        "",
        "Open index.html: no network, no installation. Any web server or USB stick can hold the "
        "folder.",
        f"{matched} works: {located} located, {matched - located} not yet located.",
        f"Content: {dataset.report_en}",
        f"Data: {dataset.attribution_en}; licence {dataset.licence}",
        f"Revision {revision}, zymap {__version__}, published on {date}. Deadlines are judged on "
        "the day of reading.",
        "",
        "图层 / Layers",
        *(
            f"  {layer.id}  {layer.title_zh} / {layer.title_en}: {layer.source} ({layer.licence})"
            for layer in catalog.layers
        ),
        "",
        "文件 / Files",
        *(f"  {_described(file)}" for file in files),
        *_left_out(left_out),
        "",
        f"第三方软件许可 / licences of third parties: {LICENCES}",
    ]
    text = "".join(f"{line}\r\n" for line in lines)
    (folder / README).write_bytes(text.encode("utf-8-sig"))


def _described(file: File) -> str:
    about = [file.encoding, f"EPSG:{file.crs}"] if file.format == "shp" else []
    return "  ".join([file.path, *about])


def _left_out(left_out: Sequence[LeftOut]) -> list[str]:
    if not left_out:
        return []
    return [
        "",
        "没有做成的文件 / Files left out",
        *(f"  {it.path}: {it.reason}" for it in left_out),
    ]


def write_licences(folder: Path, vendored: Iterable[VendoredFile]) -> None:
    """Write whose software came along under which licence."""
    packages = {
        file.package: f"{file.package} {file.version}: {file.licence} ({file.source})"
        for file in vendored
    }
    folders = sorted({file.href.rsplit("/", 1)[0] for file in vendored})
    text = "\n".join(
        [
            "The page's own code is zymap's:",
            "",
            _own_licence(),
            "It comes with:",
            "",
            *packages.values(),
            "",
            "Their licences lie beside their files:",
            "",
            *folders,
            "",
        ]
    )
    (folder / LICENCES).write_text(text, encoding="utf-8", newline="\n")


def _own_licence() -> str:
    return metadata.distribution("zymap").read_text("licenses/LICENSE") or "MIT"


def write_manifest(folder: Path, catalog: Catalog, *, revision: str, date: str) -> int:
    """Write every file's size and hash; return the sum of the sizes."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [
        {
            "path": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in paths
    ]
    document = {
        "format": _FORMAT,
        "dataset": catalog.dataset.id,
        "revision": revision,
        "zymap": __version__,
        "date": date,
        "files": files,
    }
    (folder / MANIFEST).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return sum(path.stat().st_size for path in paths)
