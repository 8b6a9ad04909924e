"""The command line. It composes sources, engine, gate and reports, and holds no logic of its own."""

import contextlib
import sys
from pathlib import Path


def _leave_working_folder() -> None:
    """Import nothing from the working folder: it is what is being audited, and may hold a ``pricing/`` or ``yaml.py``.

    ``python -m`` and ``PYTHONPATH=.`` put it first on the path. It stays only where it is the program's own home.
    """
    home = Path(__file__).resolve().parent.parent.parent
    here = Path.cwd()
    if here != home:
        sys.path[:] = [entry for entry in sys.path if entry and Path(entry).absolute().resolve() != here]


# A working folder that was deleted holds nothing that could be imported.
with contextlib.suppress(FileNotFoundError):
    _leave_working_folder()
