"""What a test asks of logs."""

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Union

from .program import AssayError, run

PathLike = Union[str, "os.PathLike[str]"]
Value = Union[str, int, float]

STUDY_FILE = "study.json"


class Assay:
    """Judges logs by a study. The fixture `assay` is one."""

    def __init__(self, start: Path, study: Optional[PathLike] = None) -> None:
        """
        :param start: where a study is looked for that nobody names, and assay itself: there, and in the folders above
        :param study: the folder of the study
        """
        self._start = start
        self._study = study

    def check(
        self,
        paths: Union[PathLike, Iterable[PathLike]],
        study: Optional[PathLike] = None,
        *,
        allow_unjudged: bool = False,
        **conditions: Value,
    ) -> None:
        """
        Asserts that logs hold, as `assay check` does: `assay.check("train.log", lr=0.01)`.

        :param paths: one log or several; several are judged together, each by wider bands
        :param allow_unjudged: accept logs of which nothing fails although not everything could be judged
        :raises AssertionError: with the verdict and the findings of each run that does not hold
        :raises AssayError: when there is no judging by this study
        """
        __tracebackhide__ = True
        options = ["--allow-unjudged"] if allow_unjudged else []
        done = run(self._arguments(paths, study, conditions, options), self._start)
        if done.returncode == 0:
            return
        if done.returncode not in (1, 2) or not done.stdout:
            raise AssayError(_said(done.stderr, done.returncode))
        # What holds is no news. Where a file could not be read, the reason is among the judgements.
        judgements = [text for text in done.stdout.rstrip().split("\n\n") if not text.startswith("pass: ")]
        raise AssertionError("\n\n".join(["not all of the logs hold", *(judgements or [done.stdout, done.stderr])]))

    def judgement(
        self,
        paths: Union[PathLike, Iterable[PathLike]],
        study: Optional[PathLike] = None,
        **conditions: Value,
    ) -> List[Dict[str, Any]]:
        """
        What `assay check --json` says of each run: its path, verdict, checks with their findings. Of a file that cannot be read: `path`
        and `error`.

        :raises AssayError: when there is no judging by this study
        """
        done = run(self._arguments(paths, study, conditions, ["--json"]), self._start)
        try:
            judged = json.loads(done.stdout)
        except ValueError:
            judged = None
        if done.returncode not in (0, 1, 2) or not isinstance(judged, list):
            raise AssayError(_said(done.stderr, done.returncode))
        return judged

    def _arguments(
        self,
        paths: Union[PathLike, Iterable[PathLike]],
        study: Optional[PathLike],
        conditions: Dict[str, Value],
        options: List[str],
    ) -> List[str]:
        listed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        if not listed:
            # `[]` is what a pattern gives that matches nothing: no log must not look like one that holds.
            raise AssertionError("no log was given")
        named = study if study is not None else self._study if self._study is not None else self._nearest_study()
        return [
            "check",
            *options,
            *([] if named is None else ["--study", os.fspath(named)]),
            *(word for name, value in conditions.items() for word in ("--condition", f"{name}={value}")),
            "--",
            *map(os.fspath, listed),
        ]

    def _nearest_study(self) -> Optional[Path]:
        folders = (folder / "assay" for folder in [self._start, *self._start.parents])
        return next((folder for folder in folders if (folder / STUDY_FILE).is_file()), None)


def _said(stderr: str, code: int) -> str:
    return stderr.strip() or f"assay ended with {code}, and said nothing"
