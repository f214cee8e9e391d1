"""`make docs`: the site, built without a warning, of pages that load nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"

# What a browser fetches by itself: not what a reader may follow.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc="?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref="?(?:https?:)?//"""
    r"""|\burl\(["']?(?:https?:)?//|@import\s+["'](?:https?:)?//""",
    re.IGNORECASE,
)


def main() -> None:
    """Builds it; ends with 1 on a warning, or where a page would fetch anything from elsewhere."""
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    built = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    said = built.stdout + built.stderr
    print(said.strip())
    if built.returncode or re.search("warning|error", said, re.IGNORECASE):
        sys.exit("the site was not built without a warning")
    pages = [path for path in SITE.rglob("*") if path.suffix in {".html", ".css", ".svg"}]
    fetching = [path for path in pages if _FETCHED.search(path.read_text(encoding="utf-8"))]
    if fetching:
        names = ", ".join(str(path.relative_to(SITE)) for path in fetching)
        sys.exit(f"what these fetch is not of the site: {names}")
    print(f"{len(list(SITE.rglob('*.html')))} pages in {SITE}")


if __name__ == "__main__":
    main()
