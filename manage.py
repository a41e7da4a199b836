#!/usr/bin/env python
"""Command line of the portal: ``python manage.py help`` lists what it can do."""

import os
import sys


def main() -> None:
    """Run one management command under the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
