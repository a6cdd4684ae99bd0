"""What operators see of the worker: metrics, the log, health; and the watchdog that ends it when it hangs."""
