"""Taking a learner away: a folder of weights, facts and a model card; programs for other runtimes; the model hub."""

from makebelieve.export.learner import Exportable, Held
from makebelieve.export.program import Called, Port, Program

__all__ = ["Called", "Exportable", "Held", "Port", "Program"]
