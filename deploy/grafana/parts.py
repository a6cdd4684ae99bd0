"""What the dashboards are built of: panels with a title, a description, a unit and the chosen data source."""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders.common import GraphThresholdsStyleConfig, ReduceDataOptions, VizLegendOptions
from grafana_foundation_sdk.models.common import GraphTresholdsStyleMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    DataTransformerConfig,
    GridPos,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from deploy.links import own_runbooks

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
GREEN, ORANGE, RED = "green", "orange", "red"
REFRESH = "30s"


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, and how its series are called."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Said:
    """What every panel says of itself. `limits` are the values from which it is orange, and red.

    `alert` is the one whose runbook is linked.
    """

    title: str
    text: str
    unit: str
    alert: str = ""
    limits: tuple[float, ...] = ()


def number(said: Said, expr: str, *, width: int = 3) -> stat.Panel:
    """One number, as it is now."""
    panel = stat.Panel().reduce_options(ReduceDataOptions().calcs(["lastNotNull"])).no_value("none")
    panel.with_target(_target(0, Query(expr, said.title)))
    _described(panel, said, GridPos(h=4, w=width))
    return panel


def graph(said: Said, *queries: Query, width: int = 12) -> timeseries.Panel:
    """Lines over time; a limit is drawn where there is one."""
    legend = VizLegendOptions().display_mode(LegendDisplayMode.TABLE).placement(LegendPlacement.BOTTOM)
    panel = timeseries.Panel().legend(legend.show_legend(True).calcs(["lastNotNull", "max"])).fill_opacity(8).min(0)
    for place, query in enumerate(queries):
        panel.with_target(_target(place, query))
    if said.limits:
        panel.thresholds_style(GraphThresholdsStyleConfig().mode(GraphTresholdsStyleMode.DASHED))
    _described(panel, said, GridPos(h=9, w=width))
    return panel


def rows(said: Said, expr: str, columns: Sequence[str], *, width: int = 12) -> table.Panel:
    """A table of what there is now: the labels named, and the value."""
    query = _target(0, Query(expr, said.title)).format(PromQueryFormat.TABLE).instant()
    hidden = dict.fromkeys(("Time", "__name__", "instance", "job"), True)
    order = {name: place for place, name in enumerate((*columns, "Value"))}
    tidy = DataTransformerConfig(id_val="organize", options={"excludeByName": hidden, "indexByName": order})
    panel = table.Panel().with_target(query).with_transformation(tidy).no_value("none")
    _described(panel, said, GridPos(h=9, w=width))
    return panel


def board(uid: str, title: str, text: str) -> build.Dashboard:
    """An empty dashboard with the variables and links that all have."""
    made = build.Dashboard(title).uid(uid).description(text).tags(["shipledger"]).timezone("browser")
    made.time("now-6h", "now").refresh(REFRESH).editable().tooltip(DashboardCursorSync.CROSSHAIR)
    others = build.DashboardLink("Shipledger").type(DashboardLinkType.DASHBOARDS).tags(["shipledger"])
    made.link(others.as_dropdown(True).include_vars(True).keep_time(True))
    made.link(_link("Runbooks", "${runbooks}"))
    made.link(_link("The worker's page", "${page}"))
    made.with_variable(build.DatasourceVariable("datasource").type("prometheus").label("Data source"))
    return made


def addresses(made: build.Dashboard) -> build.Dashboard:
    """The two addresses that the links begin with, as fields at the top; they come last."""
    made.with_variable(_address("runbooks", "Runbooks", own_runbooks()))
    made.with_variable(_address("page", "Worker", "http://127.0.0.1:8080"))
    return made


def _address(name: str, label: str, value: str) -> build.TextBoxVariable:
    return build.TextBoxVariable(name).label(label).default_value(value)


def _link(title: str, url: str) -> build.DashboardLink:
    return build.DashboardLink(title).type(DashboardLinkType.LINK).url(url).target_blank(True)


def _target(place: int, query: Query) -> prometheus.Dataquery:
    reference = chr(ord("A") + place)
    return prometheus.Dataquery().ref_id(reference).datasource(SOURCE).expr(query.expr).legend_format(query.legend)


def _described(panel: "stat.Panel | timeseries.Panel | table.Panel", said: Said, place: GridPos) -> None:
    panel.title(said.title).description(said.text).unit(said.unit).datasource(SOURCE).grid_pos(place)
    steps = [Threshold(None, GREEN)]
    steps += [Threshold(value, colour) for value, colour in zip(said.limits, (ORANGE, RED), strict=False)]
    panel.thresholds(build.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    if said.alert:
        panel.links([_link(f"Runbook {said.alert}", f"${{runbooks}}/{said.alert}.md")])
