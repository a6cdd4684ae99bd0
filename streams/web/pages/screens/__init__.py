"""The screens, one module each."""

from fastapi import APIRouter

from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import Assets
from streams.web.pages.screens.shipment import ShipmentScreen
from streams.web.pages.screens.sign_in import SignInScreen
from streams.web.pages.screens.static_files import StaticFiles


def routers(parts: PagesParts, desk: Desk, assets: Assets) -> list[APIRouter]:
    """The routes of all screens."""
    screens = (StaticFiles(assets), SignInScreen(parts, desk), ShipmentScreen(parts, desk))
    return [each.router() for each in screens]
