"""How well Level-1 objects are reconstructed: masked, and within the range of each quantity.

Source: Govorkova et al., arXiv:2108.03986, section 3: phi is ``pi tanh`` of an output, eta
is ``3.0``, ``2.1`` and ``4.0 tanh`` for e/gamma, muons and jets; absent objects do not count.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1 import EGAMMA, JET, MET, MUON, OBJECTS
from codesign.design.contract import NetworkInput
from codesign.models.keras import tensorflow

_ETA = {MET: 0.0, EGAMMA: 3.0, MUON: 2.1, JET: 4.0}
_MOMENTA = 10.0
"""Weight of a momentum's squared error in units of its variance. With 1 the divergence of a
variational autoencoder outweighs it and the latent space holds nothing (posterior collapse)."""
_ANGLES = 1.0
"""Weight of an angle's: crossings are all but uniform in them, so there is little to learn."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranges:
    """What a reconstruction may be, on the scale of the network's inputs; shape (57,) each.

    Attributes:
        center: The middle of the range of an angle.
        half: Half of that range; 0 for a momentum, which has none.
        weight: How much the squared error of the quantity counts.
        momenta: The position of the momentum of each column's object.
    """

    center: NDArray[np.float32]
    half: NDArray[np.float32]
    weight: NDArray[np.float32]
    momenta: NDArray[np.int64]

    def bounded(self, raw: Any) -> Any:
        """Return a decoder's outputs as quantities: momenta as they are, angles within range."""
        tf = tensorflow()
        return tf.where(self.half > 0, self.center + self.half * tf.tanh(raw), raw)

    def error(self, inputs: Any, guessed: Any) -> Any:
        """Return the mean squared error of each event over what is there, shape (events,)."""
        tf = tensorflow()
        there = tf.gather(inputs, self.momenta, axis=1) > 0
        counted = tf.cast(there, inputs.dtype)
        squares = counted * self.weight * tf.square(inputs - guessed)
        return tf.reduce_sum(squares, axis=1) / tf.maximum(tf.reduce_sum(counted, axis=1), 1.0)


def object_ranges(contract: NetworkInput, inputs: NDArray[np.floating]) -> Ranges:
    """Return what reconstructed Level-1 objects may be, and how much each error counts.

    Args:
        contract: Brings the objects to the scale of the network's inputs.
        inputs: The training events on that scale, shape (events, 57).
    """
    size = len(contract.features)
    scale = np.exp2([-feature.shift for feature in contract.features])
    center, half, weight = np.zeros(size), np.zeros(size), np.zeros(size)
    for kind in OBJECTS:
        center[kind.phi_columns] = half[kind.phi_columns] = kind.phi_steps / 2
        half[kind.eta_columns] = _ETA[kind] / kind.eta
        there = inputs[:, kind.pt_columns] > 0
        for columns, counts in (
            (kind.pt_columns, _MOMENTA),
            (kind.eta_columns, _ANGLES),
            (kind.phi_columns, _ANGLES),
        ):
            spread = inputs[:, columns][there].var() if there.any() else 0.0
            weight[columns] = counts / spread if spread else 0.0
    return Ranges(
        center=(center * scale).astype(np.float32),
        half=(half * scale).astype(np.float32),
        weight=weight.astype(np.float32),
        momenta=np.arange(size) // 3 * 3,
    )
