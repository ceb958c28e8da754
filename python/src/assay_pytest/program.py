"""Finds the command line of assay, and runs it."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import List, Sequence


class AssayError(Exception):
    """assay was given something that it cannot judge by: no study, an unknown condition; or it failed itself."""


class AssayNotFound(AssayError):
    """There is no assay on this machine."""


NOT_FOUND = """assay was not found: ASSAY is not set, and it is neither in node_modules/.bin here or in a folder above, nor on PATH.
It needs Node 20 or later. To get it, either
  npm install --save-dev FOLDER-OR-URL-OF-ASSAY    in this project; or
  ASSAY="node /path/of/assay/bin/assay.js"         set in the environment."""


def command(start: Path) -> List[str]:
    """The words that start assay: those of $ASSAY, else the project's own, which its lock file holds, else the one on PATH."""
    named = os.environ.get("ASSAY", "")
    if named:
        # On Windows a backslash is part of a path.
        words = shlex.split(named, posix=os.name != "nt")
        if shutil.which(words[0]) is None:
            raise AssayNotFound(f"ASSAY is {named!r}, and there is no program {words[0]!r}")
        return words
    for folder in [start, *start.parents]:
        # `which` knows the endings that programs have on Windows.
        program = shutil.which("assay", path=str(folder / "node_modules" / ".bin"))
        if program is not None:
            return [program]
    program = shutil.which("assay")
    if program is None:
        raise AssayNotFound(NOT_FOUND)
    return [program]


def run(arguments: Sequence[str], start: Path) -> "subprocess.CompletedProcess[str]":
    """What assay prints, and its exit code: 0 or 1 when it has judged, 2 for bad input."""
    # Where COLUMNS is set, assay would wrap its lines, and a line of pytest would show a part of one.
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run(
        [*command(start), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**environment, "NO_COLOR": "1"},
        check=False,
    )
