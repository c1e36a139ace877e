"""The phone process between a real broker and a real socket: what is kept is shown, what is shown is reported."""

from __future__ import annotations

import threading
import urllib.request
from queue import Empty

import msgspec

from caller.messages import (
    Channel,
    EmergencyState,
    Holder,
    QueueState,
    ReportDelivery,
    Result,
    Status,
    Step,
    decode,
    encode,
    phone_key,
)
from config.schema import Broker as BrokerTable
from config.schema import Hall, Phone
from display.__main__ import serve_phones
from display.phone.run import run
from drivers.mqtt import Bus
from tests.broker import Broker, free_port
from tests.display.phones import NOW, NUMBER, TOKEN, Phones
from tests.drivers.waiting import until


def wired(hall: Hall, broker: Broker) -> Hall:
    at = BrokerTable(host=broker.host, port=broker.port)
    return msgspec.structs.replace(hall, broker=at, phone=Phone(port=free_port()))


def test_what_the_caller_keeps_is_on_the_phone_and_what_it_shows_is_reported(
    hall: Hall, broker: Broker
) -> None:
    hall = wired(hall, broker)
    stop, heard = threading.Event(), dict[str, bytes]()
    url = f"http://127.0.0.1:{hall.phone.port}/t/{TOKEN}"
    with Bus(broker.host, broker.port, hall.hall.id, "caller") as bus:
        bus.subscribe("command/report-delivery", "status/phone")

        def listen(topic: str) -> bytes | None:
            try:
                delivery = bus.inbox.get(timeout=0.05)
                heard[delivery.topic] = delivery.payload
            except Empty:
                pass
            return heard.get(topic)

        holder = Holder(phone_key(TOKEN), NUMBER, Step.CALLED, window=3)
        bus.keep("state/queue/transfer", encode(QueueState(service="transfer", holders=(holder,))))
        bus.keep("state/queue/search", b"not json")  # a state that does not decode stops nobody
        phones = Phones(hall)
        call = phones.called()
        bus.keep("state/calls", encode(phones.state))
        thread = threading.Thread(target=run, args=(hall, lambda: not stop.is_set()))
        thread.start()
        try:
            until(lambda: listen("status/phone") is not None)
            with urllib.request.urlopen(f"{url}/live", timeout=10) as live:
                until(lambda: call.encode() in live.readline())
            seen = urllib.request.Request(f"{url}/seen?call={call}&how=shown", b"")
            with urllib.request.urlopen(seen, timeout=10) as answer:
                assert answer.status == 204
            until(lambda: listen("command/report-delivery") is not None)
            bus.keep("state/emergency", encode(EmergencyState(on=True, since=NOW)))
            with urllib.request.urlopen(f"{url}/live", timeout=10) as live:
                until(lambda: b'"mood":"leave"' in live.readline())
        finally:
            stop.set()
            thread.join()
    report = decode(heard["command/report-delivery"], ReportDelivery)
    assert (report.call, report.channel, report.device, report.result) == (
        call,
        Channel.PHONE,
        "phone",
        Result.SHOWN,
    )
    assert decode(heard["status/phone"], Status).online


def test_an_address_that_is_taken_is_told(hall: Hall, broker: Broker) -> None:
    taken = wired(hall, broker)
    taken = msgspec.structs.replace(taken, phone=Phone(port=broker.port))
    assert serve_phones(taken, threading.Event()) == 69
