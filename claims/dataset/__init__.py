"""A data set as a folder of YAML files: read and checked as a whole, before anything is written."""

from claims.dataset.problems import InvalidDataset, Problem
from claims.dataset.reading import read
from claims.dataset.records import Dataset

__all__ = ["Dataset", "InvalidDataset", "Problem", "read"]
