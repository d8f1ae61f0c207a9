"""The build of the wheel: it carries menus, gateways, languages and written calls as the starting set of `zin init`.

They stand at the root of the sources, where operators and translators look for them; in a wheel they are inside the
package cli.installation. Everything else about the package is in pyproject.toml.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from setuptools import setup
from setuptools.command.build_py import build_py

SET: Final = {  # folder of the starting set: folder of the sources, and what belongs to it
    "menus": ("menus", ("*.yaml", "*.json", "*.csv", "*.md")),
    "gateways": ("gateways", ("*.yaml", "*.json")),
    "locales": ("locales", ("*.yaml", "*.po", "*.pot")),
    "journeys": ("tests/journeys", ("*.txt",)),
}


class BuildWithStartingSet(build_py):
    """Copies the starting set beside the modules; an editable installation reads it where it stands."""

    def run(self) -> None:
        """Build the modules, then the starting set."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "cli", "installation", "starting_set")
            shutil.rmtree(target, ignore_errors=True)
            for name, (source, patterns) in SET.items():
                for path in _files(Path(source), patterns):
                    copy = target / name / path.relative_to(source)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)


def _files(source: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted(path for pattern in patterns for path in source.rglob(pattern))


setup(cmdclass={"build_py": BuildWithStartingSet})
