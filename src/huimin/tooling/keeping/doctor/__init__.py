"""The doctor: what is wrong with a living installation, and what to do about it."""

from huimin.tooling.keeping.doctor.examining import CHECKS, Examination, examine
from huimin.tooling.keeping.doctor.findings import Finding, Patient, Severity

__all__ = ["CHECKS", "Examination", "Finding", "Patient", "Severity", "examine"]
