"""Consumer groups that earlier runs left on a shared broker."""

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import DeleteGroupsRequest
from aiokafka.protocol.group import LeaveGroupRequest


async def delete_groups(admin: AIOKafkaAdminClient) -> bool:
    """Put every member out of every group and delete the groups; True when none is left.

    A killed worker with a static identity stays a member until its session times out, so it is sent away in its name.
    """
    names = [name for name, _ in await admin.list_consumer_groups()]
    for name in names:
        coordinator = await admin.find_coordinator(name)
        for member in await _members(admin, name):
            await _send(admin, LeaveGroupRequest(name, member), coordinator)
        await _send(admin, DeleteGroupsRequest([name]), coordinator)
    return not names


async def _members(admin: AIOKafkaAdminClient, group: str) -> list[str]:
    (response,) = await admin.describe_consumer_groups([group])
    return [member[0] for described in response.groups for member in described[5]]


async def _send(admin: AIOKafkaAdminClient, request: DeleteGroupsRequest | LeaveGroupRequest, node: int) -> None:
    # aiokafka's admin client has no call of its own for these two requests.
    await admin._send_request(request, node)  # noqa: SLF001
