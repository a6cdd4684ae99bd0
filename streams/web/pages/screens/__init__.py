"""The screens, one module each."""

from fastapi import APIRouter

from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import Assets
from streams.web.pages.screens.activity import ActivityScreen
from streams.web.pages.screens.attention import AttentionScreen
from streams.web.pages.screens.logs import LogsScreen
from streams.web.pages.screens.operations import OperationsScreens
from streams.web.pages.screens.pauses import PauseScreen
from streams.web.pages.screens.send import SendScreen
from streams.web.pages.screens.shipment import ShipmentScreen
from streams.web.pages.screens.shipments import ShipmentsScreen
from streams.web.pages.screens.sign_in import SignInScreen
from streams.web.pages.screens.static_files import StaticFiles


def routers(parts: PagesParts, desk: Desk, assets: Assets) -> list[APIRouter]:
    """The routes of all screens."""
    screens = (
        StaticFiles(assets),
        SignInScreen(parts, desk),
        ShipmentScreen(parts, desk),
        ShipmentsScreen(parts, desk),
        SendScreen(parts, desk),
        AttentionScreen(parts, desk),
        LogsScreen(parts, desk),
        ActivityScreen(parts, desk),
        OperationsScreens(parts, desk),
        PauseScreen(parts, desk),
    )
    return [each.router() for each in screens]
