"""What of a publication is history, and how its history begins."""

from typing import Final

import pgtrigger

#: A change of these is kept, because verdicts may rest on them.
WATCHED: Final = ("title", "abstract_sections", "integrity", "identity", "deleted_at")

#: History begins with the first change, so that arriving costs nothing; then it has to say from what.
#: Triggers fire in the order of their names: this one before the one that tracks ("update...").
keep_what_was: Final = pgtrigger.Trigger(
    name="before_first_change",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(*WATCHED),
    func="""
    INSERT INTO sources_publicationevent
        (title, abstract_sections, integrity, identity, deleted_at, identity_basis, pmid,
         record_sha256, pgh_label, pgh_obj_id, pgh_created_at)
    SELECT OLD.title, OLD.abstract_sections, OLD.integrity, OLD.identity, OLD.deleted_at,
           OLD.identity_basis, OLD.pmid, OLD.record_sha256, 'known_before', OLD.id, NOW()
    WHERE OLD.fetched_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM sources_publicationevent WHERE pgh_obj_id = OLD.id);
    RETURN NULL;
    """,
)
