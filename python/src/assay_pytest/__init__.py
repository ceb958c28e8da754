"""Judges training logs in pytest, by the command line of assay."""

from .assay import Assay
from .program import AssayError, AssayNotFound

__all__ = ["Assay", "AssayError", "AssayNotFound"]
