"""A declaration that cannot be imported."""

import a_package_nobody_has  # noqa: F401
