"""The ticket printer: what it can do (`Profile`), what to print (`Paper`), and whether it was (`Printer`)."""

from drivers.printer.driver import Printed, Printer
from drivers.printer.paper import Paper
from drivers.printer.profile import PROFILES, Profile
from drivers.printer.status import PaperLevel, PrinterState

__all__ = ["PROFILES", "Paper", "PaperLevel", "Printed", "Printer", "PrinterState", "Profile"]
