"""``manage.py plugins``: what is installed, what is off and why, what each plugin added."""

from typing import Any

from django.apps import apps

from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.discovery import Found, plan
from opsportal.plugins.plugin import PortalPlugin, broken
from opsportal.plugins.points import declared


class Command(PortalCommand):
    """List plugins."""

    help = "List the plugins of this installation: state (on, broken, off), reason, contributions."

    def run(self, **options: Any) -> None:
        """Print one block a plugin."""
        rows = [self._loaded(config) for config in apps.get_app_configs() if isinstance(config, PortalPlugin)]
        rows += [self._off(found) for found in plan().off()]
        lines = []
        for row in rows:
            lines.append(f"{row['plugin']:<14} {row['state']:<7} {row['version']:<7} {row['reason']}".rstrip())
            lines += [f"    {point}: {', '.join(keys)}" for point, keys in row["adds"].items()]
        self.emit(rows, "\n".join(lines))

    def _loaded(self, config: PortalPlugin) -> dict[str, Any]:
        errors = [f"{entry.module}: {entry.error}" for entry in broken if entry.plugin == config.label]
        adds = {key: keys for key, point in declared.items() if (keys := point.by_plugin().get(config.label))}
        state = "broken" if errors else "on"
        return {
            "plugin": config.label,
            "state": state,
            "reason": "; ".join(errors),
            "version": config.version,
            "requires": list(config.requires),
            "adds": adds,
        }

    def _off(self, found: Found) -> dict[str, Any]:
        return {
            "plugin": found.label,
            "state": "off",
            "reason": found.reason,
            "version": "",
            "requires": list(found.requires),
            "adds": {},
        }
