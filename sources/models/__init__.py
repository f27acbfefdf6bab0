"""What has been published, what the registries say of it, and the ledger of fetching both."""

from sources.models import lookups  # noqa: F401  # registers itself
from sources.models.batch import FetchBatch, FetchBatchEntry
from sources.models.budget import RateBudget
from sources.models.deletion import DeletedPMID
from sources.models.fetch import FetchAttempt, FetchRequest, Service
from sources.models.identity import IdentityConflict
from sources.models.imports import BadRecord, FileImport
from sources.models.integrity import IntegrityNotice
from sources.models.payload import Payload
from sources.models.publication import Publication
from sources.models.registration import RegistrationAlias, RegistrationChange
from sources.models.report import Inclusion, Report
from sources.models.trial import Trial, TrialDigest, TrialResult

__all__ = [
    "BadRecord",
    "DeletedPMID",
    "FetchAttempt",
    "FetchBatch",
    "FetchBatchEntry",
    "FetchRequest",
    "FileImport",
    "IdentityConflict",
    "Inclusion",
    "IntegrityNotice",
    "Payload",
    "Publication",
    "RateBudget",
    "RegistrationAlias",
    "RegistrationChange",
    "Report",
    "Service",
    "Trial",
    "TrialDigest",
    "TrialResult",
]
