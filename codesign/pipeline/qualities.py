"""How well each stage of a design classifies, or measures."""

from codesign.design.results import Quality, Resolution
from codesign.metrics import quality
from codesign.pipeline import measuring
from codesign.reporting import Scores
from codesign.reporting.responses import Responses


def qualities(scores: Scores | Responses) -> tuple[Quality, ...] | tuple[Resolution, ...]:
    """Return how well each stage classifies, or measures."""
    return of_energies(scores) if isinstance(scores, Responses) else of_classes(scores)


def of_classes(scores: Scores | Responses) -> tuple[Quality, ...]:
    """Return how well each stage classifies; nothing of a model that measures."""
    if isinstance(scores, Responses):
        return ()
    return tuple(
        quality(name, logits, scores.labels, scores.label_names) for name, logits in scores.logits
    )


def of_energies(scores: Scores | Responses) -> tuple[Resolution, ...]:
    """Return how well each stage measures; nothing of a model that classifies."""
    return measuring.resolutions(scores) if isinstance(scores, Responses) else ()
