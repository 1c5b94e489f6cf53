"""Dashboards as code: the short YAML of bi/ becomes Superset's own assets, and Superset is run with them."""
