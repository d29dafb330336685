from makebelieve.data import Data as Data
from makebelieve.data import DataBlock as DataBlock
from makebelieve.data import arrays as arrays
from makebelieve.data import images as images
from makebelieve.errors import CheckpointError as CheckpointError
from makebelieve.errors import DataError as DataError
from makebelieve.errors import DownloadError as DownloadError
from makebelieve.errors import MakebelieveError as MakebelieveError
from makebelieve.errors import MissingExtraError as MissingExtraError
from makebelieve.errors import OptionError as OptionError
from makebelieve.errors import RecipeError as RecipeError
from makebelieve.errors import TrainingError as TrainingError
from makebelieve.pictures import Pictures as Pictures
from makebelieve.runs import load as load
from makebelieve.runs import resume as resume
from makebelieve.systems.gan import GanLearner as GanLearner
from makebelieve.systems.gan import gan as gan
from makebelieve.systems.gan import recipes as recipes
from makebelieve.training import Callback as Callback
from makebelieve.training import Learner as Learner
from makebelieve.training import Saving as Saving
from makebelieve.training import TensorBoard as TensorBoard
from makebelieve.training import supervised as supervised

__version__: str
