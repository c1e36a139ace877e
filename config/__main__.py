"""`python -m config check FILE`: is this hall.toml fit to run a hall? Exit 0, or 78 with every problem."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.languages import _
from config.load import ConfigError, load

EX_CONFIG = 78


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config", description=_("检查大厅配置"))
    check = parser.add_subparsers(dest="command", required=True).add_parser("check", help=_("检查 hall.toml"))
    check.add_argument("file", type=Path)
    file = parser.parse_args(arguments).file
    try:
        hall = load(file)
    except ConfigError as error:
        print(_("{file}：{count} 处要改").format(file=file, count=len(error.problems)), file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return EX_CONFIG
    said = _("{name}：{windows} 个窗口，{services} 项业务，{kiosks} 台取号机，{pagers} 个震动牌。可以用。")
    counts = {"windows": len(hall.window), "services": len(hall.service)}
    print(said.format(name=hall.hall.name, kiosks=len(hall.kiosk), pagers=len(hall.pager), **counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
