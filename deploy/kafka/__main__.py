"""`python -m deploy.kafka jars` fetches the jars, `pin` lists them with their sums, `run DATA_DIR` runs a broker."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from deploy.kafka.checksums import PINNED
from deploy.kafka.errors import LocalKafkaError
from deploy.kafka.jars import ensure_jars, jars_folder, pin_jars
from deploy.kafka.local_kafka import LocalKafka


def main() -> int:
    """Exit code 0, or 1 with the reason on standard error."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "jars":
            _fetch()
        elif arguments.command == "pin":
            PINNED.write_text(pin_jars(os.environ), encoding="utf-8")
            print(f"{PINNED}: look through what changed before it is committed.")
        else:
            asyncio.run(_run(arguments.data_dir))
    except LocalKafkaError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description="Apache Kafka for development.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("jars", help="download Kafka's jars where they are missing")
    commands.add_parser("pin", help="write down the sums of the jars that pom.xml names now")
    run = commands.add_parser("run", help="run a broker until Ctrl-C")
    run.add_argument("data_dir", type=Path, help="folder of its topics, settings and log")
    return parser


def _fetch() -> None:
    if not jars_folder(os.environ).is_dir():
        print("Downloading Apache Kafka by Maven (44 MB, once) ...", flush=True)
    print(f"Apache Kafka: {ensure_jars(os.environ)}")


async def _run(data_dir: Path) -> None:
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    async with LocalKafka.started(data_dir) as kafka:
        print(f"Kafka answers at {kafka.bootstrap_servers}; Ctrl-C ends it.", flush=True)
        await end.wait()


if __name__ == "__main__":
    sys.exit(main())
