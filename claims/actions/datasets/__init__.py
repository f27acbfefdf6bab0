"""Loads a data set: all of it or nothing, as often as one likes, without undoing reviewers' work."""

from claims.actions.datasets.loading import load_dataset
from claims.actions.datasets.report import DatasetConflict, Report, Tally

__all__ = ["DatasetConflict", "Report", "Tally", "load_dataset"]
