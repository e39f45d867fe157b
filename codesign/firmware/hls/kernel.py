"""One call in the generated top function: a C++ function with everything it needs written out."""

from dataclasses import dataclass

from codesign.design.constant import Constant
from codesign.design.precision import Precision

Settings = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """A node of the generated design.

    In C++ it is ``function<type of each input, type of the output, configuration>(inputs, outputs,
    constants)``; its configuration is a structure of ``settings``, ``lines`` and a type
    ``<name>_t`` for each of ``types`` and ``constants``.

    Attributes:
        name: Of the node.
        inputs: The tensors it reads.
        shape: Of each tensor it makes.
        precision: The format of each tensor it makes.
        function: The C++ function template.
        headers: The files of ``nnet_utils`` that hold it.
        outputs: The tensors it makes, where it makes other ones than its name.
        settings: Integers of its configuration.
        lines: Further lines of its configuration.
        types: Formats of intermediate values.
        constants: Weights, biases and tables.
        is_traced: Whether C simulation records its tensor.
    """

    name: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    precision: Precision
    function: str
    headers: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    settings: Settings = ()
    lines: tuple[str, ...] = ()
    types: tuple[tuple[str, Precision], ...] = ()
    constants: tuple[tuple[str, Constant], ...] = ()
    is_traced: bool = True

    @property
    def tensors(self) -> tuple[str, ...]:
        """The tensors it makes."""
        return self.outputs or (self.name,)

    @property
    def precisions(self) -> dict[str, Precision]:
        """Every type of the node by its name, that of its tensors as ``result``."""
        constants = {name: constant.precision for name, constant in self.constants}
        return {"result": self.precision} | dict(self.types) | constants

    def configuration(self, name: str, types: dict[str, str]) -> str:
        """Return the C++ structure of the configuration.

        Args:
            name: Of the structure.
            types: The C++ type of each of ``types`` and ``constants``.
        """
        return "\n".join(
            [
                f"struct {name} {{",
                *(
                    f"    static const {_type(value)} {key} = {value};"
                    for key, value in self.settings
                ),
                *(f"    typedef {text} {key}_t;" for key, text in types.items()),
                *(f"    {line}" for line in self.lines),
                "};\n",
            ]
        )


def _type(value: int) -> str:
    """Return the C++ type of a setting."""
    return "unsigned" if value < 2**32 else "unsigned long long"


def element_line(kind: str, *, inputs: int = 1) -> str:
    """Return the line that chooses what an element-wise kernel computes."""
    names = ["data_T", "res_T", "CONFIG_T"] if inputs == 1 else ["a_T", "b_T", "res_T", "CONFIG_T"]
    parameters = ", ".join(f"class {name}" for name in names)
    return f"template <{parameters}> using element = nnet::{kind}<{', '.join(names)}>;"
