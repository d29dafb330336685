"""``python -m makebelieve`` is the command ``makebelieve``."""

from __future__ import annotations

import sys

from makebelieve.cli import main

sys.exit(main())
