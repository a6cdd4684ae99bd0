"""Write the dashboards' JSON: `python -m deploy.grafana`."""

import json
from collections.abc import Mapping
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.one_organisation import one_organisation
from deploy.grafana.overview import overview
from deploy.grafana.worker_and_kafka import worker_and_kafka

FOLDER = Path(__file__).with_name("dashboards")


def rendered() -> Mapping[str, str]:
    """The text of each file, by its name."""
    made = [builder.build() for builder in (overview(), worker_and_kafka(), one_organisation())]
    for each in made:
        for number, panel in enumerate(each.panels or (), 1):
            panel.id_val = number
    return {f"{each.uid}.json": json.dumps(each, cls=JSONEncoder, indent=1, sort_keys=True) + "\n" for each in made}


if __name__ == "__main__":
    for name, text in rendered().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
