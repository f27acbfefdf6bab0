"""Types that several shapes share: closed lists of words, identifiers, addresses."""

from typing import Annotated

from claims.api.shapes import Says
from claims.ruleset import vocabulary
from sources import models as sources

URL = Annotated[str, Says("format", "uri")]
Revision = Annotated[str, "Names this content: it changes when, and only when, the content does."]

ClaimID = Annotated[str, Says("pattern", "^CLM-[1-9][0-9]*$")]
EvidenceID = Annotated[str, Says("pattern", "^EVI-[1-9][0-9]*$")]
VerdictID = Annotated[str, Says("pattern", "^VER-[1-9][0-9]*$")]

ClaimType = Annotated[str, vocabulary.ClaimType]
Checkability = Annotated[str, vocabulary.Checkability]
Modality = Annotated[str, vocabulary.Modality]
Voice = Annotated[str, vocabulary.Voice]
RelationType = Annotated[str, vocabulary.RelationType]
CitationMode = Annotated[str, vocabulary.CitationMode]
CitationResolution = Annotated[str, vocabulary.CitationResolution]
CitationAccuracy = Annotated[str, vocabulary.CitationAccuracy]
Verdict = Annotated[str, vocabulary.Verdict]
ContestedKind = Annotated[str, vocabulary.ContestedKind]
Certainty = Annotated[str, vocabulary.Certainty]
Framework = Annotated[str, vocabulary.Framework]
Origin = Annotated[str, vocabulary.Origin]
Stance = Annotated[str, vocabulary.Stance]
Directness = Annotated[str, vocabulary.Directness]
DirectnessReason = Annotated[str, vocabulary.DirectnessReason]
Scope = Annotated[str, vocabulary.Scope]
FindingRole = Annotated[str, vocabulary.FindingRole]
StudyDesign = Annotated[str, vocabulary.StudyDesign]
RobTool = Annotated[str, vocabulary.RobTool]
RobLevel = Annotated[str, vocabulary.RobLevel]
Tier = Annotated[str, vocabulary.Tier]
ConsensusMethod = Annotated[str, vocabulary.ConsensusMethod]

Integrity = Annotated[str, sources.Publication.Integrity]
PublicationIdentity = Annotated[str, sources.Publication.Identity]
ConflictKind = Annotated[str, sources.IdentityConflict.Kind]
AbstractState = Annotated[str, sources.Publication.AbstractState]
Standing = Annotated[str, sources.Publication.Standing]
NoticeKind = Annotated[str, sources.IntegrityNotice.Kind]
NoticeSource = Annotated[str, sources.IntegrityNotice.Source]
ReportRole = Annotated[str, sources.Report.Role]
ReportOrigin = Annotated[str, sources.Report.Origin]
Registry = Annotated[str, sources.Trial.Registry]
TrialIdentity = Annotated[str, sources.Trial.Identity]
ResultRole = Annotated[str, sources.TrialResult.Role]

PUBLIC_STATES = [vocabulary.ClaimState.IN_REVIEW.value, vocabulary.ClaimState.PUBLISHED.value]
PublicState = Annotated[str, Says("enum", tuple(PUBLIC_STATES))]
ReviewStatus = Annotated[
    int,
    Says("enum", (0, 1, 2, 3)),
    "0 provisional (machine-assisted curation only), 1 one reviewer, 2 two blind reviewers who "
    "agree, 3 adjudicated.",
]
PROVISIONAL = "True until an editor other than the author has approved the verdict."
