"""The report on all services to the Bupati (PATEN): volume, on time, backlog, complaints, satisfaction."""
