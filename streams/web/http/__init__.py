"""The HTTP server: uvicorn's protocol in the worker's own loop, with bounds on everything that a caller may take."""
