"""The simulator's own tests: rule by rule, as Xero's pages and public records state them."""
