"""Pictures that are optimised: the learner's loop, where the picture is the player."""

from makebelieve.art.artwork import Artwork as Artwork
from makebelieve.art.dream import dream as dream
from makebelieve.art.style import style as style
