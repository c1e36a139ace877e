"""The published language of the queue: every command, event, answer and state, declared once.

On the wire each is JSON under `hall/<hall id>/`. A command's or event's kind is its topic (`CallNext` travels
on `command/call-next`), so a person can write one by hand. `docs/asyncapi.yaml` is generated from here.
Times are ISO 8601 in the hall's time zone. Nothing here says who a visitor is.
"""

from __future__ import annotations

from caller.messages.appointments import (
    MOST_ROWS,
    AbsencesForgiven,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentsImported,
    AppointmentsState,
    AppointmentStep,
    AppointmentView,
    BookableService,
    BookAppointment,
    Booking,
    CancelAppointment,
    CheckIn,
    ForgiveAbsences,
    FreeSlot,
    ImportAppointments,
    RefusedRow,
    SlotReleased,
    Take,
)
from caller.messages.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    CloseWindow,
    Command,
    ConfirmTicket,
    ExtendHours,
    FindTickets,
    FinishTicket,
    LendPager,
    MarkNoShow,
    OpenWindow,
    ParkTicket,
    PauseWindow,
    RaiseAlarm,
    RecallTicket,
    ReportDelivery,
    ReserveTicket,
    ResumeTicket,
    ReturnTicket,
    ServeTicket,
    TransferTicket,
    TrySigns,
    VoidTicket,
)
from caller.messages.emergency import (
    CallOff,
    EmergencyCalledOff,
    EmergencyState,
    EvacuateHall,
    HallEvacuated,
)
from caller.messages.events import (
    AlarmRaised,
    CallDelivered,
    DayOpened,
    Event,
    HoursExtended,
    PagerLent,
    SignsTried,
    TicketAdvanced,
    TicketCalled,
    TicketCancelled,
    TicketFinished,
    TicketIssued,
    TicketMissed,
    TicketParked,
    TicketReserved,
    TicketResumed,
    TicketReturned,
    TicketServed,
    TicketsFound,
    TicketTransferred,
    TicketVoided,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from caller.messages.marks import (
    BadMark,
    BadMarkGiven,
    MarksState,
    RateService,
    ServiceRated,
    WindowMarks,
)
from caller.messages.offline import (
    HandOver,
    LeasedNumbers,
    LeaseNumbers,
    NumberLease,
    NumbersLeased,
    OfflineTicket,
    TicketsHandedOver,
    TicketsOutdated,
)
from caller.messages.phone import Holder, QueueState, phone_key
from caller.messages.rack import (
    Condition,
    PagerReported,
    PagerReturned,
    PagersState,
    PagerState,
    ReportPager,
    ReturnPager,
    Whereabouts,
)
from caller.messages.reasons import pauses, say, say_why
from caller.messages.states import (
    Answer,
    Call,
    CallsState,
    HallState,
    Report,
    ScreenState,
    ServiceState,
    Status,
    Target,
    TicketView,
    VoiceState,
    WindowState,
    WindowStatus,
)
from caller.messages.wire import decode, encode, kebab, topic
from caller.messages.words import (
    Channel,
    CommandId,
    Language,
    Message,
    Need,
    PagerNumber,
    Park,
    Reason,
    Result,
    Step,
    TicketNumber,
    Why,
    WindowNumber,
    Word,
)

__all__ = [
    "COMMANDS", "EVENTS", "MOST_ROWS", "STATES", "AbsencesForgiven", "AlarmRaised", "Answer",
    "AppointmentBooked", "AppointmentCancelled", "AppointmentMissed", "AppointmentStep", "AppointmentView",
    "AppointmentsImported", "AppointmentsState", "BadMark", "BadMarkGiven", "BookAppointment",
    "BookableService", "Booking", "Call", "CallDelivered", "CallNext", "CallOff", "CallTicket",
    "CallsState", "CancelAppointment", "CancelTicket", "Channel", "CheckIn", "CloseWindow", "Command",
    "CommandId", "Condition", "ConfirmTicket", "DayOpened", "EmergencyCalledOff", "EmergencyState",
    "EvacuateHall", "Event", "ExtendHours", "FindTickets", "FinishTicket", "ForgiveAbsences", "FreeSlot",
    "HallEvacuated", "HallState", "HandOver", "Holder", "HoursExtended", "ImportAppointments", "Language",
    "LeaseNumbers", "LeasedNumbers", "LendPager", "MarkNoShow", "MarksState", "Message", "Need",
    "NumberLease", "NumbersLeased", "OfflineTicket", "OpenWindow", "PagerLent", "PagerNumber",
    "PagerReported", "PagerReturned", "PagerState", "PagersState", "Park", "ParkTicket", "PauseWindow",
    "QueueState", "RaiseAlarm", "RateService", "Reason", "RecallTicket", "RefusedRow", "Report",
    "ReportDelivery", "ReportPager", "ReserveTicket", "Result", "ResumeTicket", "ReturnPager",
    "ReturnTicket", "ScreenState", "ServeTicket", "ServiceRated", "ServiceState", "SignsTried",
    "SlotReleased", "Status", "Step", "Take", "Target", "TicketAdvanced", "TicketCalled", "TicketCancelled",
    "TicketFinished", "TicketIssued", "TicketMissed", "TicketNumber", "TicketParked", "TicketReserved",
    "TicketResumed", "TicketReturned", "TicketServed", "TicketTransferred", "TicketView", "TicketVoided",
    "TicketsFound", "TicketsHandedOver", "TicketsOutdated", "TransferTicket", "TrySigns", "VoiceState",
    "VoidTicket", "Whereabouts", "Why", "WindowClosed", "WindowMarks", "WindowNumber", "WindowOpened",
    "WindowPaused", "WindowState", "WindowStatus", "Word", "decode", "encode", "kebab", "pauses",
    "phone_key", "say", "say_why", "topic",
]  # fmt: skip

STATES: dict[str, type[Message]] = {
    "state/hall": HallState,
    "state/calls": CallsState,
    "state/appointments": AppointmentsState,
    "state/emergency": EmergencyState,
    "state/pagers": PagersState,
    "state/voice/+": VoiceState,
    "state/queue/+": QueueState,
    "state/marks": MarksState,
    "state/kiosk/+": ScreenState,
    "state/pad/+": ScreenState,
    "status/+": Status,
}

COMMANDS: dict[str, type[Command]] = {kebab(kind.__name__): kind for kind in Command.__subclasses__()}
EVENTS: dict[str, type[Event]] = {kebab(kind.__name__): kind for kind in Event.__subclasses__()}
