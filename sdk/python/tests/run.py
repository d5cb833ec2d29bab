"""All tests: `TWOFOLD_BINARY=… python tests/run.py`. To stdout, unlike `python -m unittest`."""

import logging
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]
sys.dont_write_bytecode = True
# The sites of the tests log every request.
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
logging.getLogger("django").setLevel(logging.CRITICAL)

suite = unittest.defaultTestLoader.discover(str(HERE), top_level_dir=str(HERE))
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, failfast=False).run(suite)
sys.exit(not result.wasSuccessful())
