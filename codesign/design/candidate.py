"""A design that is proposed: everything that decides what firmware comes out."""

from dataclasses import dataclass, field

from codesign.design.hardware import HardwareConfig
from codesign.design.names import check_name
from codesign.design.plan import DataPlan, ModelPlan, PruningPlan, QuantizationPlan, TrainingPlan
from codesign.design.regression import RegressionPlan
from codesign.design.score import ScorePlan
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationPlan:
    """What the certificate must see.

    Attributes:
        events: Physics events compared in QKeras, emulator and C simulation.
        overdrive: How far past their range the inputs of the second comparison are driven.
    """

    events: int = 20_000
    overdrive: float = 8.0

    def __post_init__(self) -> None:
        if self.events < 1 or self.overdrive < 1:
            msg = f"validation of {self.events} events at overdrive {self.overdrive}: both from 1"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposed design; a recipe in ``hls_projects/`` is one as TOML.

    Attributes:
        name: A C identifier: the firmware's top function and the folder of what is built.
        data: Which events.
        model: Which model.
        quantization: The precision of every tensor.
        pruning: How sparse.
        training: How it is fitted, with the seed.
        hardware: How it is built.
        validation: What the certificate must see.
        score: The anomaly score behind the model, of a trigger that learns from zero bias alone.
        regression: What the model measures, where it does not tell classes apart.
    """

    name: str
    data: DataPlan
    model: ModelPlan
    quantization: QuantizationPlan
    hardware: HardwareConfig
    pruning: PruningPlan = field(default_factory=PruningPlan)
    training: TrainingPlan = field(default_factory=TrainingPlan)
    validation: ValidationPlan = field(default_factory=ValidationPlan)
    score: ScorePlan | None = None
    regression: RegressionPlan | None = None

    def __post_init__(self) -> None:
        check_name(self.name, what="a design")
        if self.pruning.sparsity and self.pruning.end_epoch >= self.training.epochs:
            msg = (
                f"the final sparsity is reached at epoch {self.pruning.end_epoch}, training after "
                f"{self.training.epochs}; no epoch is left after it: end it earlier or train longer"
            )
            raise InvalidDesignError(msg)
        if self.score is None and (self.quantization.headroom or self.training.overdrive > 1):
            msg = (
                f"{self.name}: headroom = {self.quantization.headroom} and overdrive = "
                f"{self.training.overdrive:g} are of Level-1 objects, behind which is a [score]; "
                "leave them out"
            )
            raise InvalidDesignError(msg)
        if self.regression is not None and self.training.distillation:
            msg = (
                f"{self.name}: distillation = {self.training.distillation:g} of a regression; a "
                "teacher helps where classes are told apart or a [score] is computed: leave it out"
            )
            raise InvalidDesignError(msg)
        if self.regression is not None and (self.score is not None or not self.model.inputs):
            msg = (
                f"{self.name}: a regression needs model.inputs, which name the columns that the "
                "model may read, and has no score"
            )
            raise InvalidDesignError(msg)
