"""The zoo of QKeras models, and the only place that decides which Keras is used."""

from codesign.models.load import load_model, save_model
from codesign.models.zoo import build_model, models

__all__ = ["build_model", "load_model", "models", "save_model"]
