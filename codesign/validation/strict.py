"""The strict view of a certificate: no value of a physics event may leave its format."""

from codesign.design.results import Certificate
from codesign.errors import ValidationError


def check_strict(certificate: Certificate) -> None:
    """Check that no layer saturated or wrapped on physics events: the float model would not.

    Raises:
        ValidationError: Naming every layer that did, with its counts.
    """
    found = [
        f"{overflow.layer}: {overflow.saturated:,} saturated and {overflow.wrapped:,} wrapped of "
        f"{overflow.values:,} values"
        for overflow in certificate.overflows
        if overflow.inputs == "events" and (overflow.saturated or overflow.wrapped)
    ]
    if found:
        found.append("widen their integer bits, or leave --strict out if saturation is meant")
        raise ValidationError(
            "\n".join((f"{certificate.design}: values left their format", *found))
        )
