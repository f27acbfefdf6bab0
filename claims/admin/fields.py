"""Form fields of the desk."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms

from claims.models import Claim

PUBLIC_ID: Final = re.compile(r"\A\s*CLM-([0-9]{1,9})\s*\Z", re.IGNORECASE)


class LinesField(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 80})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list | tuple) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


class ClaimField(forms.CharField):
    """A claim, named by its public id ("CLM-12") or its key."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Claim) or not str(value or "").strip():
            return value or None
        typed = str(value).strip()
        numbered = PUBLIC_ID.match(typed)
        named = {"pk": int(numbered[1])} if numbered else {"key": typed.lower()}
        claim = Claim.objects.filter(**named).first()
        if claim is None:
            raise forms.ValidationError(f"There is no claim “{typed}”: give CLM-12 or a key.")
        return claim

    def prepare_value(self, value: Any) -> Any:
        return value.public_id if isinstance(value, Claim) else value
