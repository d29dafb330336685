"""Step 3: the learner and everything it owns."""

from makebelieve.training.callbacks import Callback
from makebelieve.training.checkpoint import Saving
from makebelieve.training.health import Alarm, Check, Remedy
from makebelieve.training.learner import Learner
from makebelieve.training.rate_finder import RateFinder
from makebelieve.training.recipe import Networks, Recipe, Run, recipe, supervised
from makebelieve.training.settings import Settings, TrainingOptions
from makebelieve.training.tensorboard import TensorBoard

__all__ = [
    "Alarm",
    "Callback",
    "Check",
    "Learner",
    "Networks",
    "RateFinder",
    "Recipe",
    "Remedy",
    "Run",
    "Saving",
    "Settings",
    "TensorBoard",
    "TrainingOptions",
    "recipe",
    "supervised",
]
