"""The explorer: a process with one run's learner in it, which does what the page asks: acts.

A module of acts has three names:

- ``ACTS: dict[str, Act]``, an act by its name: ``(explored, request, files) -> answer``. The request is what the page
  sent, looked at by `asked`; files are the contents of uploads, looked at by `pictures`; the answer is plain values for
  JSON, with pictures as data addresses and ``"code"``, the Python that does the same (`code_of`).
- ``serves(learn) -> bool``, whether its acts are for such a learner.
- ``facts(explored) -> dict``, what the page has to know before it asks.

Modules are listed in `table`. What is wrong with a request is an `OptionError`, a `DataError` or a
`makebelieve.studio.refusals.Refusal`; anything else that is raised ends the process, and the server starts another.
"""

from makebelieve.studio.explorer.explored import Act, Explored, code_of

__all__ = ["Act", "Explored", "code_of"]
