"""Software written by others prints on the simulated printer, and hears from it what a printer says."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from escpos.printer import Network
from PIL import Image

from drivers.sim import host
from drivers.sim.printer import PrinterSimulator

RECEIPTIO = Path(__file__).parents[1] / "npm" / "node_modules" / ".bin" / "receiptio"
RECEIPT = """^^^A012
请A012号到3号窗口，等候7人
{code:https://hall.example/t/7f3a9c; option:qrcode,6,m}
---
转移登记 | 6 人
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[host.Served]:
    with host.serve_tcp(PrinterSimulator("printer-1", tmp_path, rom="gb18030")) as served:
        yield served


@pytest.fixture
def escpos(served: host.Served) -> Iterator[Network]:
    network = Network("127.0.0.1", port=served.port, timeout=5)
    yield network
    network.close()


def scan(png: str) -> str:
    done = subprocess.run(["zbarimg", "-q", "--raw", png], capture_output=True, text=True, check=True)
    return done.stdout


def test_python_escpos_prints_chinese_codes_and_pictures(served: host.Served, escpos: Network) -> None:
    escpos.set(align="center", double_height=True, double_width=True)
    escpos.text("请A012号\n")
    escpos.set_with_default()
    escpos.text("到三号窗口，王𠮷先生\n")
    escpos.qr("https://hall.example/native", native=True, size=6)
    escpos.text("\n\n")
    picture = Image.new("L", (160, 80), 255)
    picture.paste(0, (20, 20, 140, 60))
    for implementation in ("bitImageRaster", "graphics", "bitImageColumn"):
        escpos.image(picture, impl=implementation)
    escpos.cut()
    assert escpos.is_online()  # answered in the end, so everything has arrived
    (cut,) = served.sim.events
    assert cut["lines"] == ["请A012号", "到三号窗口，王𠮷先生"]
    assert cut["qr"] == ["https://hall.example/native"]
    assert scan(cut["png"]) == "https://hall.example/native\n"
    assert served.do("show")["unknown"] == 0
    with Image.open(cut["png"]) as paper:
        black = paper.convert("L").crop((32 + 20, 0, 32 + 140, paper.height))
        solid = [y for y in range(black.height) if black.crop((0, y, 120, y + 1)).getextrema() == (0, 0)]
    assert len(solid) == 3 * 40, "all three ways to send a picture print the same 40 rows of black"


def test_python_escpos_draws_a_code_itself(served: host.Served, escpos: Network) -> None:
    escpos.qr("https://hall.example/drawn", size=5)
    escpos.cut()
    assert escpos.is_online()
    assert scan(served.sim.events[0]["png"]) == "https://hall.example/drawn\n"


def test_python_escpos_hears_how_the_printer_is(served: host.Served, escpos: Network) -> None:
    assert (escpos.is_online(), escpos.paper_status()) == (True, 2)
    served.do("near_end")
    assert (escpos.is_online(), escpos.paper_status()) == (True, 1)
    served.do("run_out_of_paper")
    assert (escpos.is_online(), escpos.paper_status()) == (False, 0)
    served.do("load_paper")
    served.do("open_cover")
    assert (escpos.is_online(), escpos.paper_status()) == (False, 2)


def receiptio(simulator: PrinterSimulator, tmp_path: Path, *options: str) -> str:
    """What receiptio says in the end. It knows one port only, 9100: a loopback address of its own for it."""
    assert RECEIPTIO.exists(), f"{RECEIPTIO} is missing: `./hall test` installs it (npm ci in tests/npm)"
    receipt = tmp_path / "ticket.receipt"
    receipt.write_text(RECEIPT, encoding="utf-8")
    while True:
        address = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}.{random.randint(1, 254)}"
        try:
            served = host.serve_tcp(simulator, 9100, address=address)
            break
        except OSError:
            continue
    with served:
        command = [str(RECEIPTIO), "-d", address, "-p", "escpos", "-c", "48", "-t", "2", "-l", "zh-hans"]
        done = subprocess.run(
            [*command, *options, str(receipt)], capture_output=True, text=True, timeout=60, check=False
        )
    return (done.stdout + done.stderr).strip()


def test_receiptio_prints(tmp_path: Path) -> None:
    simulator = PrinterSimulator("printer-1", tmp_path)
    assert receiptio(simulator, tmp_path) == "success"
    (cut,) = simulator.events
    assert [" ".join(line.split()) for line in cut["lines"]] == [
        "A012",
        "请A012号到3号窗口，等候7人",
        "─" * 48,
        "转移登记 6 人",
    ]
    # It draws the code itself and sends it by GS 8 L.
    assert scan(cut["png"]) == "https://hall.example/t/7f3a9c\n"
    assert simulator.do("show")["unknown"] == 0


FAULTS: dict[str, tuple[str, dict[str, int], str, int]] = {
    "near end": ("near_end", {}, "success", 1),
    "no paper": ("run_out_of_paper", {}, "paperempty", 0),
    "no paper in the middle": ("run_out_of_paper", {"after_rows": 80}, "paperempty", 0),
    "cover": ("open_cover", {}, "coveropen", 0),
    "cover in the middle": ("open_cover", {"after_rows": 80}, "coveropen", 0),
    "jam": ("jam_cutter", {}, "error", 0),
    "jam at the cut": ("jam_cutter", {"at_next_cut": True}, "error", 0),
    "switched off in the middle": ("switch_off", {"after_rows": 80}, "timeout", 0),
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """What receiptio says of each fault, and how many tickets were cut; most of the time it waits, so all at once."""

    def ask(fault: str) -> tuple[str, int]:
        happens, when, _says, _pieces = FAULTS[fault]
        folder = tmp_path_factory.mktemp("printer")
        simulator = PrinterSimulator("printer-1", folder)
        simulator.do(happens, **when)
        said = receiptio(simulator, folder)
        return said, len([event for event in simulator.events if event["event"] == "cut"])

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(FAULTS, pool.map(ask, FAULTS), strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_receiptio_hears_what_is_the_matter(heard: dict[str, tuple[str, int]], fault: str) -> None:
    _happens, _when, says, pieces = FAULTS[fault]
    assert heard[fault] == (says, pieces)


def test_receiptio_asks_only(tmp_path: Path) -> None:
    simulator = PrinterSimulator("printer-1", tmp_path)
    assert receiptio(simulator, tmp_path, "-q") == "online"
