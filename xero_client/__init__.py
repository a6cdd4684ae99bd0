"""Everything that knows Xero's API: its calls, tokens, quota and master data, behind small ports.

Others import the ports (`port`), what can go wrong (`errors`), what has to be handed in (`collaborators`), what is told
to observers (`vocabulary`), the `timeouts`, and what the rooms export: `accounting`, `auth`, `master_data`, `quota`.
"""
