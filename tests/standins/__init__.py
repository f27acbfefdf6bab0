"""Servers on loopback that speak E-utilities and ClinicalTrials.gov, with faults to order."""
