"""What deploy/ has, judged by the programs that will read it: `make artefacts` gets them and runs this."""
