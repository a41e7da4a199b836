"""The web process stays light: nothing that serves pages imports a language model's libraries."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from opsportal.wsgi import application
from django.test import RequestFactory
from django.urls import get_resolver
list(get_resolver().url_patterns)
application.get_response(RequestFactory().get("/"))
from generation import drafting, tasks, writers
print([name for name in ("torch", "transformers") if name in sys.modules])
"""


def test_serving_pages_and_queueing_work_import_no_torch(tmp_path) -> None:
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120)
    assert answer.stdout.strip().splitlines()[-1] == "[]"
