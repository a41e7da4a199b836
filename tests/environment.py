"""Environment of a test run, set before Django reads its settings (loaded by ``-p`` in pyproject.toml).

Each run and each xdist worker gets a data folder of its own, so that runs side by side never share a database file.
"""

import os
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["OPSPORTAL_DATA"] = tempfile.mkdtemp(prefix=f"opsportal-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-")
# The example plugin of docs/plugins.md runs in all tests, beside our own trades.
os.environ["OPSPORTAL_PLUGINS"] = "tests.plugin_example.stores.apps.StoresPlugin"
os.environ["PLUGIN_ERRORS"] = "strict"
