"""The narrowest formats that hold results of arithmetic on other formats exactly."""

from codesign.design.precision import Precision


def exact_sum(term: Precision, terms: int) -> Precision:
    """Return the format of the sum of any ``terms`` numbers of a format."""
    more = (terms - 1).bit_length()
    return Precision(width=term.width + more, integer=term.integer + more, signed=term.signed)


def common(one: Precision, other: Precision) -> Precision:
    """Return a format that holds every number of both.

    Examples:
        >>> read = Precision.from_text
        >>> str(common(read("fixed<4,2>"), read("ufixed<6,2>")))
        'fixed<7,3>'
    """
    signed = one.signed or other.signed
    integers = (side.integer + (signed and not side.signed) for side in (one, other))
    integer = max(integers)
    return Precision(
        width=integer + max(one.fraction, other.fraction), integer=integer, signed=signed
    )


def exact_pair_sum(one: Precision, other: Precision) -> Precision:
    """Return the format of a sum of two numbers."""
    return exact_sum(common(one, other), 2)


def exact_difference(one: Precision, other: Precision) -> Precision:
    """Return the format of a difference."""
    both = exact_pair_sum(one, other)
    more = not both.signed
    return Precision(width=both.width + more, integer=both.integer + more)


def exact_product(one: Precision, other: Precision) -> Precision:
    """Return the format of a product."""
    return Precision(
        width=one.width + other.width,
        integer=one.integer + other.integer,
        signed=one.signed or other.signed,
    )


def power_of_two(exponent: int) -> Precision:
    """Return the format of one bit whose weight is ``2**exponent``.

    Examples:
        >>> power_of_two(-3).step
        0.125
    """
    return Precision(width=1, integer=exponent + 1, signed=False)
