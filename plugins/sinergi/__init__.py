"""Sinergi: from sixteen offices' files to one warehouse of families and interventions. One module per verb."""
