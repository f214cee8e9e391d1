"""The place where a book lies: who can read it, and which other programs write there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

# Names of folders that a program keeps the same on several computers, by the beginning.
_SYNCHRONISED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "com~apple~clouddocs": "iCloud Drive",
    "mobile documents": "iCloud Drive",
    "cloudstorage": "a cloud drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "mega": "MEGA",
    "syncthing": "Syncthing",
}
# Files that such a program leaves in the folder that it looks after.
_MARKS = {
    ".stfolder": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".owncloudsync.log": "ownCloud",
    ".nextcloudsync.log": "Nextcloud",
    ".sync": "Resilio Sync",
}
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "9p", "drvfs", "ncpfs"}
    | {"fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.davfs2", "davfs", "fuse.glusterfs"}
)
_MOUNTS = Path("/proc/self/mountinfo")


def synchroniser(path: Path) -> str | None:
    """The program that keeps this place the same on several computers, None where none is seen."""
    whole = Path(os.path.realpath(path))
    for folder in whole.parents:
        for beginning, program in _SYNCHRONISED.items():
            name = folder.name.casefold()
            # `Mega Kitchens` is no cloud; `OneDrive - Hale & Co` is one.
            if name == beginning or name.startswith((f"{beginning} -", f"{beginning}-")):
                return program
        for mark, program in _MARKS.items():
            if (folder / mark).exists():
                return program
    return None


def network(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network drive that the place is on, None where none is seen.

    Only Linux tells, and Windows by the beginning of the path.
    """
    whole = os.path.realpath(path)
    if whole.startswith("\\\\"):
        return "a network share"
    best, kind = "", ""
    for point, type_ in _mounts(mounts):
        is_above = whole == point or whole.startswith(point.rstrip("/") + "/")
        # The last of the same place is the one on top.
        if is_above and len(point) >= len(best):
            best, kind = point, type_
    return kind if kind in _NETWORK else None


def _mounts(path: Path) -> Iterator[tuple[str, str]]:
    """The mount points, each with the type of its file system."""
    try:
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        before, _, after = line.partition(" - ")
        if len(fields := before.split()) > 4 and after:
            point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
            yield point, after.split()[0]


def mode_for_others(path: Path) -> str | None:
    """The mode of a file or folder that others can enter, read or change; None if none can."""
    if os.name != "posix":
        return None
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    return f"{mode:04o}" if mode & 0o077 else None
