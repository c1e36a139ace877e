"""What hall.toml names beside its devices: the broker, the journal, files and secrets, and whatever answers HTTP."""

from __future__ import annotations

import errno
import os
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from drivers import booking as server
from drivers import http
from drivers import progress as registry
from drivers.doctor.asked import Answer, Probe
from drivers.doctor.described import secret_of
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.errors import DeviceLost
from drivers.reader.watch import key_of
from drivers.wires import why_of
from drivers.words import NOTHING, _, plain

NOT_KEPT = {
    server.Trouble.DOWN: _("连不上"),
    server.Trouble.SLOW: _("太慢，没有等到回答"),
    server.Trouble.GARBAGE: _("回答读不懂"),
    server.Trouble.REFUSED: _("拒绝了我们"),
}
NOT_TOLD = {
    registry.State.DOWN: NOT_KEPT[server.Trouble.DOWN],
    registry.State.SLOW: NOT_KEPT[server.Trouble.SLOW],
    registry.State.UNREADABLE: NOT_KEPT[server.Trouble.GARBAGE],
}
LOOK_AT_THE_BROKER = _("systemctl status mosquitto；核对 [broker] 的 host、port")


def broker(device: Device, seconds: float) -> Answer:
    """It lets us in with the hall's own name and password."""
    host, _colon, port = device.url.removeprefix("tcp:").rpartition(":")
    password = secret_of(device, "password_file")
    said: SimpleQueue[Any] = SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.connect_timeout = seconds
    client.on_connect = lambda _client, _data, _flags, code, _properties: said.put(code)
    if user := device.options.get("user"):
        client.username_pw_set(user, password)
    try:
        client.connect(host, int(port))
    except OSError as error:
        return State.FAULT, why_of(error, device.url), LOOK_AT_THE_BROKER
    client.loop_start()
    try:
        code = said.get(timeout=seconds)
    except Empty:
        return State.FAULT, _("端口开着，但没有人应答 MQTT"), LOOK_AT_THE_BROKER
    finally:
        client.disconnect()
        client.loop_stop()
    if code.is_failure:
        told = _("消息服务不让我们进：{why}").format(why=code)
        return (
            State.FAULT,
            told,
            _("核对 [broker] 的 user 和 password_file，以及 /etc/mosquitto/hall.passwords"),
        )
    return State.FINE, _("消息服务让我们进了"), NOTHING


def journal(device: Device, seconds: float) -> Answer:
    """It can be read; a file that is not there yet can be made."""
    from sqlalchemy.engine import make_url

    url = make_url(str(device.options["database"]))
    if url.get_backend_name() != "sqlite":
        return _database(device, seconds)
    file = Path(url.database or "")
    if not file.exists():
        return _writable(file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        told = _("打不开记录 {file}：{why}").format(file=file, why=error)
        return State.FAULT, told, plain("python -m caller verify")
    return State.FINE, _("记录读得到"), NOTHING


def _database(device: Device, seconds: float) -> Answer:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    limit = {"connect_timeout": max(1, round(seconds))}
    try:
        engine = create_engine(str(device.options["database"]), connect_args=limit)
        with engine.connect() as opened:
            opened.execute(text("SELECT 1"))
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        told = _("数据库没有让我们进：{why}").format(why=why)
        return State.FAULT, told, _("核对 [caller] journal 的地址、用户和密码")
    return State.FINE, _("数据库有应答"), NOTHING


def written(device: Device, _seconds: float) -> Answer:
    """A file that the hall keeps for itself."""
    return _writable(_path(device))


def _writable(file: Path) -> Answer:
    folder = file.parent
    if not folder.is_dir():
        return State.FAULT, _("没有目录 {folder}").format(folder=folder), _("建这个目录，给大厅的用户")
    if not os.access(file if file.exists() else folder, os.W_OK):
        return State.FAULT, _("写不了 {file}").format(file=file), _("把它给大厅的用户：chown hall")
    said = _("可以写") if file.exists() else _("还没有这个文件，用到时就会建")
    return State.FINE, said, NOTHING


def sealed(device: Device, _seconds: float) -> Answer:
    """A secret of which only a hash is kept."""
    file = _path(device)
    todo = _("用 python -m kiosk.pin 重写这个文件（docs/install.md）")
    try:
        line = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        return State.FAULT, _("读不到 {file}：{why}").format(file=file, why=why), todo
    if not re.fullmatch(str(device.options["line"]), line):
        return State.FAULT, _("{file} 里的密码不是这样写的").format(file=file), todo
    return State.FINE, _("维护密码在"), NOTHING


def key(device: Device, _seconds: float) -> Answer:
    try:
        key_of(device.name, _path(device))
    except DeviceLost as lost:
        return State.FAULT, lost.words, NOTHING
    return State.FINE, _("证件密钥在"), NOTHING


def files(device: Device, _seconds: float) -> Answer:
    """Pictures and films that are shown."""
    named = [Path(name) for name in device.options["files"]]
    if gone := [file for file in named if not (file.is_file() and os.access(file, os.R_OK))]:
        told = _("读不到 {files}").format(files=[str(file) for file in gone])
        return State.FAULT, told, _("把文件放回去，或在 hall.toml 里改正")
    return State.FINE, _("{count} 个文件都在").format(count=len(named)), NOTHING


def bookings(device: Device, _seconds: float) -> Answer:
    token = secret_of(device, "token_file")
    try:
        page = server.ask(device.url, "", token=token, patience=float(device.options["patience"]))
    except server.NoList as no:
        told = _("{what}：{why}").format(what=NOT_KEPT[no.trouble], why=no)
        return State.FAULT, told, _("核对 [appointments.server]，再看预约平台（docs/appointments.md）")
    told = _("平台有应答，列出 {count} 个预约").format(count=len(page.bookings))
    if page.bad:
        return State.HEED, told, _("另有 {count} 条读不懂").format(count=page.bad)
    return State.FINE, told, NOTHING


def progress(device: Device, _seconds: float) -> Answer:
    """Asked for a case that cannot be: whatever it says about that, it answers."""
    nobody = "0" * int(device.options["digits"])
    found = registry.ask(device.url, nobody, float(device.options["patience"]))
    if found.state in NOT_TOLD:
        return (
            State.FAULT,
            NOT_TOLD[found.state],
            _("核对 [progress] url，再看登记系统的接口（docs/hall.md）"),
        )
    return State.FINE, _("登记系统有应答"), NOTHING


def phone(device: Device, seconds: float) -> Answer:
    """The page is there, or its place is free."""
    host, _colon, port = device.url.removeprefix("tcp:").rpartition(":")
    try:
        socket.create_connection((host, int(port)), seconds).close()
        return State.FINE, _("手机页开着"), NOTHING
    except ConnectionRefusedError:
        pass
    except OSError as error:
        raise DeviceLost(device.name, why_of(error, device.url)) from error
    try:
        socket.create_server((host, int(port))).close()
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise DeviceLost(device.name, why_of(error, device.url)) from error
        told = _("{host} 不是这台机器的地址，手机页也没有开着").format(host=host)
        return State.FAULT, told, _("核对 [phone] host；手机页由 hall-phone 开")
    return State.OPEN, _("端口空着：hall-phone 没有在运行"), NOTHING


def links(device: Device, seconds: float) -> Answer:
    """Where visitors' phones are sent. The hall itself may be without the internet, so silence is no fault."""
    urls = [str(url) for url in device.options["urls"]]
    if silent := [url for url in urls if not _answers(url, seconds)]:
        told = _("从这里打不开 {urls}").format(urls=silent[:3])
        return State.HEED, told, _("用手机试一下；大厅自己不需要打开它们")
    return State.FINE, _("{count} 个网址都有应答").format(count=len(urls)), NOTHING


def _answers(url: str, seconds: float) -> bool:
    """Whether somebody speaks HTTP there, whatever it says."""
    try:
        http.ask("HEAD", url, seconds=seconds, most=0)
    except (*http.Broken, ValueError):
        return False
    return True


def _path(device: Device) -> Path:
    return Path(device.url.removeprefix("file:"))


NAMED: dict[str, Probe] = {
    "broker": broker,
    "journal": journal,
    "written": written,
    "sealed": sealed,
    "key": key,
    "files": files,
    "bookings": bookings,
    "progress": progress,
    "phone": phone,
    "links": links,
}
