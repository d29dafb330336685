"""Step 3: the learner and everything it owns."""

from makebelieve.training.callbacks import Callback
from makebelieve.training.checkpoint import Saving
from makebelieve.training.learner import Learner
from makebelieve.training.recipe import Networks, Recipe, Run, recipe, supervised
from makebelieve.training.settings import Settings, TrainingOptions
from makebelieve.training.tensorboard import TensorBoard

__all__ = [
    "Callback",
    "Learner",
    "Networks",
    "Recipe",
    "Run",
    "Saving",
    "Settings",
    "TensorBoard",
    "TrainingOptions",
    "recipe",
    "supervised",
]
