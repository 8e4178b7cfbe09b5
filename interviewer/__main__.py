"""``python -m interviewer`` is the command ``interviewer``."""

from __future__ import annotations

import sys

from interviewer.cli import main

sys.exit(main())
