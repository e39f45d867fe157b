"""The C++ header of weights, biases and tables.

hls4ml writes an array with an initializer of fixed-point numbers. g++ needs half a second for each
thousand of them, so C simulation fills the same array from doubles; synthesis sees hls4ml's form.
Both read one list of values.
"""

from collections.abc import Sequence

_HEADER = """\
// {title}
#ifndef {guard}_H_
#define {guard}_H_

#define {guard}_VALUES {{{values}}}

#ifdef __SYNTHESIS__
{type_name} {name}[{size}] = {guard}_VALUES;
#else
#include "../nnet_utils/codesign_constants.h"
static const double {name}_values[{size}] = {guard}_VALUES;
{type_name} {name}[{size}];
static const bool {name}_filled = nnet::fill_constants({name}, {name}_values);
#endif

#endif
"""


def weight_header(name: str, type_name: str, shape: Sequence[int], values: Sequence[str]) -> str:
    """Return the text of the header of one array.

    Args:
        name: Of the C++ array.
        type_name: Of its entries.
        shape: Of the constant, for the reader.
        values: The entries as decimal numbers, row-major.
    """
    return _HEADER.format(
        title=f"{name}, shape ({', '.join(map(str, shape))})",
        guard=name.upper(),
        name=name,
        type_name=type_name,
        size=len(values),
        values=", ".join(values),
    )
