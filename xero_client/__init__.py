"""Everything that knows Xero's API: its calls, tokens, quota and master data, behind small ports.

Other packages import the ports (`port`), what can go wrong (`errors`), what has to be handed in (`collaborators`), the
values that observers get (`vocabulary`), the `timeouts`, and what the rooms `accounting`, `auth`, `master_data` and
`quota` export.
"""
