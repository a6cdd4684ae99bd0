"""An upgrade over what the last version wrote: its topics and its data folder, byte for byte."""
