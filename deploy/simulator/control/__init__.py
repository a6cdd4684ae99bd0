"""The control interface under `/_sim/`: what people do in Xero, faults to come, and what the simulator has seen."""
