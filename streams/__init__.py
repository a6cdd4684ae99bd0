"""When things happen: the gate, the dispatcher, the projection, the web, and the one composition root (`app`)."""
