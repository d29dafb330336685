"""Film: frames and sound read from a file, written to one, and passed frame by frame through a function."""

from makebelieve.film.passing import through
from makebelieve.film.reading import Film, is_film, read_film
from makebelieve.film.writing import can_write, write_film

__all__ = ["Film", "can_write", "is_film", "read_film", "through", "write_film"]
