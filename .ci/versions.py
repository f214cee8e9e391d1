"""The day's commands with other versions: of the libraries, lowest and newest, and of Python.

    python .ci/versions.py lowest      the lowest versions that pyproject.toml allows
    python .ci/versions.py newest      the newest that it allows, as an installation takes them
    python .ci/versions.py matrix      both of them, then all tests, with each Python that is here

Each has an environment of its own under .cache/versions, in which reftrack is installed as its
users install it. Needs nothing but Python, pip and where pip finds packages. Ends with 1 where a
test fails. `matrix` names the versions of Python that were not here; with the name of a test file
behind it, that file alone stands for all tests.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".cache" / "versions"
DAY = "tests/test_day.py"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")

# The lower bound of a requirement: its name, the version, and for which machines it is meant.
LOWER = re.compile(r"(?P<name>[\w-]+)>=(?P<version>[\w.]+)[^;]*(?P<machines>;.*)?")


def lowest() -> list[str]:
    """Each dependency at the lowest version that pyproject.toml allows, as pip reads it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [(each, LOWER.fullmatch(each)) for each in project["dependencies"]]
    if unbound := [each for each, bound in found if bound is None]:
        sys.exit(f"no lower bound in pyproject.toml: {', '.join(unbound)}")
    return [f"{b['name']}=={b['version']}{b['machines'] or ''}" for _, b in found if b]


def environment(python: Path, name: str) -> Path:
    """The interpreter of a new environment of this name."""
    folder = ENVIRONMENTS / name
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    return folder / "bin" / "python"


def pip(python: Path, *arguments: str) -> None:
    """`pip install` in the environment of this interpreter."""
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, *arguments], check=True, cwd=ROOT)


def day(python: Path, bounds: str) -> bool:
    """The day's commands with the `lowest` or the `newest` versions: did all do as they should?"""
    version = version_of(python)
    inside = environment(python, f"{version}-{bounds}")
    chosen = lowest() if bounds == "lowest" else []
    pinned = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    testing = re.findall(r"^(?:pytest|hypothesis)==.*$", pinned, re.MULTILINE)
    pip(inside, ".", *chosen, *testing)
    print(f"\nPython {version}, the {bounds} versions {' '.join(chosen)}".rstrip(), flush=True)
    return subprocess.run([inside, "-m", "pytest", DAY], check=False, cwd=ROOT).returncode == 0


def everything(python: Path, tests: list[str]) -> bool:
    """All tests, or these, with the versions that are developed with: did all pass?"""
    version = version_of(python)
    inside = environment(python, version)
    pip(inside, "-r", "requirements-dev.txt")
    pip(inside, "--no-deps", "-e", ".")
    print(f"\nPython {version}, the versions of requirements-dev.txt", flush=True)
    command = [str(inside), "-m", "pytest", "-n", "2", *tests]
    return subprocess.run(command, check=False, cwd=ROOT).returncode == 0


def version_of(python: Path) -> str:
    """Which Python an interpreter is, as 3.12; empty where it does not run."""
    ask = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        said = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip()


def interpreter(version: str) -> Path | None:
    """The interpreter of a version: on PATH, or where pyenv or uv keep theirs; None without one."""
    homes = (
        Path.home() / ".pyenv" / "versions",
        Path.home() / ".local" / "share" / "uv" / "python",
    )
    kept = [path for home in homes for path in sorted(home.glob(f"*{version}.*/bin/python3"))]
    named = shutil.which(f"python{version}")
    found = [Path(sys.executable), *([Path(named)] if named else []), *reversed(kept)]
    return next((path for path in found if version_of(path) == version), None)


def matrix(tests: list[str]) -> bool:
    """All of it with each Python that is here, and a line for each that is not."""
    ended: dict[str, str] = {}
    for version in PYTHONS:
        python = interpreter(version)
        if python is None:
            ended[version] = "not here"
        else:
            well = [day(python, "lowest"), day(python, "newest"), everything(python, tests)]
            ended[version] = "passed" if all(well) else "FAILED"
    print("\n" + "\n".join(f"Python {version}: {how}" for version, how in ended.items()))
    return "FAILED" not in ended.values()


def main(what: str, *tests: str) -> None:
    """One of the three; ends with 1 where a test failed."""
    this = Path(sys.executable)
    if not (matrix(list(tests)) if what == "matrix" else day(this, what)):
        sys.exit(1)


if __name__ == "__main__":
    if sys.argv[1:2] not in (["lowest"], ["newest"], ["matrix"]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
