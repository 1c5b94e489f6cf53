"""Contracts: what each sender delivers. One YAML file per export; nothing else is needed to add an office."""

from sinergi.contracts.load import load_contract, load_contracts
from sinergi.contracts.model import Contract
from sinergi.documents import ContractFaults, Fault

__all__ = ["Contract", "ContractFaults", "Fault", "load_contract", "load_contracts"]
