"""Boards as the gallery draws them: every layout, standing and lying, in halls empty, busy, closed and long-named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from caller.messages import EmergencyState, HallState, ServiceState, Step, WindowStatus
from config.schema import Board, Clerk, Hall
from display.deskview import Asked
from tests.display.scenes import NINE, call, morning, opening, window

SIZES = ((1280, 720), (1920, 1080), (1080, 1920), (3840, 2160))
LAYOUTS = ("hall", "zone", "window", "sign")
CLERKS = (
    Clerk(badge="1203", name="王海", title="受理岗"),
    Clerk(badge="1207", name="欧阳静雯", title="审核岗"),
    Clerk(badge="1210", name="李小明"),
)


@dataclass(frozen=True)
class Pose:
    """One board at one moment. `slide` is what the playlist shows, None if it shows nothing."""

    name: str
    hall: Hall
    board: Board
    state: HallState | None
    there: bool = True
    slide: str | None = None
    asked: Asked | None = None  # for a mark
    alarm: EmergencyState | None = None  # while the hall is being left


def staffed(hall: Hall) -> Hall:
    return msgspec.structs.replace(hall, clerk=CLERKS)


def manned(state: HallState) -> HallState:
    """The same moment with clerks signed in, one line that waits too long, and a reason for the pause."""
    badges = {3: "1203", 4: "1207", 5: "1210", 9: "1207", 6: "1210"}
    windows = tuple(
        msgspec.structs.replace(
            w, clerk=badges.get(w.number, ""), why="马上回来" if w.status is WindowStatus.PAUSED else ""
        )
        for w in state.windows
    )
    lines = {
        "transfer": (timedelta(minutes=42), ("A013", "A014", "A015")),
        "mortgage": (timedelta(minutes=9), ("B008",)),
    }
    services = tuple(
        msgspec.structs.replace(s, oldest=state.at - lines[s.id][0], next=lines[s.id][1])
        if s.id in lines
        else s
        for s in state.services
    )
    return msgspec.structs.replace(state, windows=windows, services=services)


def waiting(hall: Hall) -> HallState:
    """The clerks have signed in and nobody has been called."""
    state = manned(opening(hall))
    open_now = (msgspec.structs.replace(w, status=WindowStatus.OPEN) if w.clerk else w for w in state.windows)
    return msgspec.structs.replace(state, windows=tuple(open_now))


def busy(hall: Hall) -> HallState:
    """Every window called somebody just now, long numbers, everybody waits."""
    letters = "ABCDEFGHJKLM"
    windows = tuple(
        window(w.number, f"{letters[n % 12]}{988 + n}", Step.CALLED, clerk=CLERKS[n % 3].badge)
        for n, w in enumerate(hall.window)
    )
    recent = tuple(
        call(w.ticket, w.number, 3 * n, zone=hall.find_window(w.number).zone, attempt=1 + n % 3)
        for n, w in enumerate(windows)
    )
    services = tuple(
        ServiceState(
            id=s.id,
            waiting=130 - 7 * n,
            wait_minutes=(110, 205),
            oldest=NINE - timedelta(minutes=128),
            next=(f"{s.letter}1001", f"{s.letter}1002"),
        )
        for n, s in enumerate(hall.service)
    )
    at = msgspec.structs.replace
    calls = {c.window: c.id for c in recent}
    windows = tuple(at(w, call=calls[w.number]) for w in windows)
    return HallState(
        version=9, day="2026-11-23", at=NINE, services=services, windows=windows, recent=recent[:8]
    )


def long_names(hall: Hall) -> Hall:
    """The longest that real halls are called."""
    change = msgspec.structs.replace
    return change(
        hall,
        hall=change(
            hall.hall,
            name="呼伦贝尔市海拉尔区不动产登记交易服务中心",
            name_en="Hailar District Real Estate Registration and Transaction Service Centre, Hulunbuir",
            place="政务服务大厅二楼东侧不动产专区",
        ),
        zone=tuple(change(z, name=z.name + "企业综合服务") for z in hall.zone),
        window=tuple(
            change(w, name="不动产登记综合受理", title="党员先锋示范岗") if w.number % 2 else w
            for w in hall.window
        ),
        service=tuple(change(s, plain=s.name + "与税费联办一窗受理") for s in hall.service),
        clerk=tuple(change(c, name="阿卜杜热西提·买买提", title="不动产登记审核岗") for c in CLERKS),
    )


def board(layout: str, size: tuple[int, int], **more: object) -> Board:
    about: dict[str, object] = {"zones": ("west",)} if layout in ("zone", "sign") else {}
    if layout == "window":
        about = {"window": 3}
    return Board(id="x", layout=layout, width=size[0], height=size[1], **(about | more))  # type: ignore[arg-type]


def poses(hall: Hall, layout: str, size: tuple[int, int]) -> Iterator[Pose]:
    """What is drawn of one layout at one size; the plain moment first."""
    ours = staffed(hall)
    here = board(layout, size)
    now = manned(morning(hall))
    yield Pose("usual", ours, here, now)
    if layout == "sign":
        yield Pose("long", long_names(hall), board(layout, size, zones=("east",)), now)
        return
    yield Pose("alarm", ours, here, now, alarm=EmergencyState(on=True, since=NINE))
    yield Pose("busy", ours, here, busy(hall))
    yield Pose("empty", ours, here, opening(hall))
    yield Pose("away", ours, here, None)
    yield Pose("gone", ours, here, now, there=False)
    yield Pose("long", long_names(hall), here, busy(hall))
    yield Pose("words", ours, here, waiting(hall), slide="不动产登记“一窗受理、集成服务”\n带齐材料，一次办结")
    if layout == "window":
        for name, number in (("serving", 4), ("paused", 6), ("waiting", 11), ("two-digits", 10)):
            yield Pose(name, ours, msgspec.structs.replace(here, window=number), now)
        yield Pose("asked", ours, here, now, asked=Asked("A009 号，请您评价刚才的服务", keys=True))
        yield Pose("thanked", ours, here, now, asked=Asked("谢谢您的评价"))
