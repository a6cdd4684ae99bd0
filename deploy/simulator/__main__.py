"""`python -m deploy.simulator --port 9400 --seed FILE`."""

import argparse
from pathlib import Path

from deploy.simulator.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.simulator", description="A stateful Xero on this machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9400, help="0 picks a free one")
    parser.add_argument("--seed", type=Path, help="TOML file; default: the demonstration's")
    parser.add_argument("--journal", type=Path, help="append every request to this file, one JSON object a line")
    parser.add_argument("--facts", type=Path, help="TOML file of what Xero was found to do; sets the switches")
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port, chosen.seed, chosen.journal, chosen.facts)


if __name__ == "__main__":
    main()
