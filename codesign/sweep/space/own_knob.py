"""The hyper-parameters of a user's own model, which its ``build(hp)`` declares."""

import json

from codesign.sweep.space.knob import Knob, Plain, Value

OWN = "own."


def own_knob(name: str) -> Knob:
    """Return a hyper-parameter of a user's model.

    Args:
        name: As ``build(hp)`` names it.
    """

    def turn(plain: Plain, _layer: str, value: Value) -> None:
        own = plain["model"]["own"]
        rest = [choice for choice in own["choices"] if choice["name"] != name]
        added = [*rest, {"name": name, "value": json.dumps(value)}]
        own["choices"] = sorted(added, key=lambda choice: str(choice["name"]))

    return Knob(name=f"{OWN}{name}", turn=turn, kind=str, help="of build(hp)")
