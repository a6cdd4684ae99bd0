"""The files that sample shipments refer to, in a folder of the demo's own that its profile allows."""

from deploy.demo.files.laid import SAMPLE_PLACE, files_in, laid

__all__ = ["SAMPLE_PLACE", "files_in", "laid"]
