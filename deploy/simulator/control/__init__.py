"""The control API under `/_sim/`: what tests and the demo do behind Xero's back."""
