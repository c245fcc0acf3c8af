#!/usr/bin/env python3
"""Devices written from their standards, each with its own cutting, checking and escaping: `standard_devices.py KIND [PORT]`.

`jt808` (JT/T 808: registers, gives its key, beats, reports where it is) and `hj212` (HJ 212: reports, and answers a request)
dial 127.0.0.1:PORT, as their kind does; `dlt645` (DL/T 645-2007: a meter that tells its address and its energy) and `iec104`
(IEC 60870-5-104: a station that is started, tested and interrogated) listen and print `port N` first. Each prints a line for
whatever it understood, and ends with 1 where something was not as its standard has it.
"""

import socket
import sys

WHERE = "127.0.0.1"


class Wrong(Exception):
    """What came is not as the standard has it."""


def need(holds, what):
    if not holds:
        raise Wrong(what)


def say(*words):
    print(*words, flush=True)


class Line:
    """A connection, read a byte at a time: how its frames end is for each protocol to say."""

    def __init__(self, connection):
        self.connection = connection

    def bytes(self, count):
        read = b""
        while len(read) < count:
            more = self.connection.recv(count - len(read))
            if not more:
                raise EOFError
            read += more
        return read

    def until(self, end):
        read = self.bytes(1)
        while not read.endswith(end):
            read += self.bytes(1)
        return read


def dialled():
    return Line(socket.create_connection((WHERE, int(sys.argv[2]))))


def accepted():
    with socket.create_server((WHERE, 0)) as listener:
        say("port", listener.getsockname()[1])
        return Line(listener.accept()[0])


class Jt808:
    """JT/T 808-2013: 7e, header and body, XOR of both, 7e; 7e travels as 7d 02, 7d as 7d 01."""

    PHONE = bytes.fromhex("013912345678")

    def __init__(self):
        self.line, self.serial = dialled(), 0x7D7D

    def send(self, kind, body):
        self.serial += 1
        plain = kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + self.PHONE + self.serial.to_bytes(2, "big") + body
        check = 0
        for byte in plain:
            check ^= byte
        plain += bytes([check])
        self.line.connection.sendall(b"\x7e" + plain.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e")

    def receive(self, kind):
        need(self.line.bytes(1) == b"\x7e", "a frame begins with 7e")
        plain = self.line.until(b"\x7e")[:-1].replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
        check = 0
        for byte in plain:
            check ^= byte
        need(check == 0, "the check byte")
        found, attributes = int.from_bytes(plain[:2], "big"), int.from_bytes(plain[2:4], "big")
        need(found == kind, f"{found:04x} is not {kind:04x}")
        need(plain[4:10] == self.PHONE, "another telephone number")
        body = plain[12:-1]
        need(len(body) == attributes & 0x3FF, "the length of the body")
        return body

    def general(self, kind):
        body = self.receive(0x8001)
        need(body == self.serial.to_bytes(2, "big") + kind.to_bytes(2, "big") + b"\0", f"the general answer to {kind:04x}")

    def run(self):
        plate = "京A12345".encode("gbk")
        self.send(0x0100, bytes.fromhex("000b 0064") + b"SOCKE" + b"EYE".ljust(20, b"\0") + b"0000007" + b"\x01" + plate)
        body = self.receive(0x8100)
        need(body[:3] == self.serial.to_bytes(2, "big") + b"\0", "the answer to the registration")
        say("registered", body[3:].decode("ascii"))
        self.send(0x0102, body[3:])
        self.general(0x0102)
        say("authenticated")
        for _ in range(3):
            self.send(0x0002, b"")
            self.general(0x0002)
        say("beats 3")
        # Latitude and longitude in millionths of a degree, altitude, speed, direction, time in BCD.
        place = (39_907_873).to_bytes(4, "big") + (116_397_470).to_bytes(4, "big") + bytes.fromhex("0032 0258 005a 261122101530")
        self.send(0x0200, bytes(8) + place)
        self.general(0x0200)
        say("located")


class Hj212:
    """HJ 212-2017: ##, four digits of length, the data segment, its CRC in four hex digits, CR LF."""

    def __init__(self):
        self.line = dialled()

    @staticmethod
    def crc(data):
        crc = 0xFFFF
        for byte in data:
            crc = (crc >> 8) ^ byte
            for _ in range(8):
                crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        return f"{crc:04X}".encode()

    def send(self, data):
        data = data.encode()
        self.line.connection.sendall(b"##" + f"{len(data):04}".encode() + data + self.crc(data) + b"\r\n")

    def receive(self):
        need(self.line.bytes(2) == b"##", "a packet begins with ##")
        data = self.line.bytes(int(self.line.bytes(4)))
        need(self.line.bytes(4).upper() == self.crc(data), "the CRC")
        need(self.line.bytes(2) == b"\r\n", "a packet ends with CR LF")
        head, _, parameters = data.decode("ascii").partition("CP=&&")
        need(parameters.endswith("&&"), "the parameters end with &&")
        return dict(field.split("=", 1) for field in head.strip(";").split(";")) | {"CP": parameters[:-2]}

    def run(self):
        # The standard's own example of a packet, from appendix A.
        example = "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
        need(self.crc(example.encode()) == b"1C80", "the CRC of the standard's example")
        common = "ST=32;{};PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&{}&&"
        report = common.format("CN=2011", "DataTime=20160801085857;w01018-Rtd=36.7,w01018-Flag=N")
        self.send("QN=20160801085857223;" + report)
        answer = self.receive()
        found = [answer.get(key) for key in ("QN", "CN", "ST", "PW", "MN")]
        wanted = ["20160801085857223", "9014", "91", "100000", "010000A8900016F000169DC0"]
        need(found == wanted, f"no receipt: {answer}")
        say("received")
        request = self.receive()
        need(request["CN"] == "1062", f"no request: {request}")
        say("asked", request["CP"])
        self.send(f"QN={request['QN']};ST=91;CN=9011;PW=100000;MN={request['MN']};Flag=4;CP=&&QnRtn=1&&")


class Dlt645:
    """DL/T 645-2007: fe…, 68, six bytes of address, 68, control, length, data with 33 added to each byte, sum, 16."""

    ADDRESS = bytes.fromhex("563412785634")
    ENERGY = bytes.fromhex("78563412")

    def __init__(self):
        self.line = accepted()

    def send(self, control, data):
        data = bytes(byte + 0x33 & 0xFF for byte in data)
        frame = b"\x68" + self.ADDRESS + b"\x68" + bytes([control, len(data)]) + data
        self.line.connection.sendall(b"\xfe" * 4 + frame + bytes([sum(frame) & 0xFF]) + b"\x16")

    def receive(self):
        first = self.line.bytes(1)
        while first == b"\xfe":
            first = self.line.bytes(1)
        frame = first + self.line.bytes(9)
        need((frame[0], frame[7]) == (0x68, 0x68), "both 68")
        frame += self.line.bytes(frame[9])
        need(self.line.bytes(2) == bytes([sum(frame) & 0xFF, 0x16]), "sum and 16")
        return frame[1:7], frame[8], bytes(byte - 0x33 & 0xFF for byte in frame[10:])

    def run(self):
        address, control, _ = self.receive()
        need((address, control) == (b"\xaa" * 6, 0x13), "who are you?")
        self.send(0x93, self.ADDRESS)
        say("named")
        address, control, item = self.receive()
        need((address, control) == (self.ADDRESS, 0x11), "a reading of ours")
        if item == bytes(4):
            self.send(0x91, item + self.ENERGY)
            say("read")
        address, control, item = self.receive()
        # An item that there is not: an abnormal answer, its error in one byte.
        self.send(0xD1, b"\x02")
        say("refused", item.hex())


class Iec104:
    """IEC 60870-5-104: 68, a length, four bytes of control, and in I frames an ASDU."""

    def __init__(self):
        self.line, self.sent, self.got, self.started = accepted(), 0, 0, False

    def frame(self, control, asdu=b""):
        self.line.connection.sendall(b"\x68" + bytes([4 + len(asdu)]) + control + asdu)

    def information(self, asdu):
        need(self.started, "nothing is reported before it is started")
        self.frame((self.sent << 1).to_bytes(2, "little") + (self.got << 1).to_bytes(2, "little"), asdu)
        self.sent += 1

    def run(self):
        while True:
            need(self.line.bytes(1) == b"\x68", "a frame begins with 68")
            frame = self.line.bytes(self.line.bytes(1)[0])
            control, asdu = frame[:4], frame[4:]
            if control == bytes.fromhex("07000000"):
                self.started = True
                self.frame(bytes.fromhex("0b000000"))
                say("started")
            elif control == bytes.fromhex("43000000"):
                self.frame(bytes.fromhex("83000000"))
                say("tested")
            elif control == bytes.fromhex("13000000"):
                self.frame(bytes.fromhex("23000000"))
                say("stopped")
                return
            elif control[0] & 3 == 1:
                say("acknowledged", int.from_bytes(control[2:], "little") >> 1)
            else:
                need(control[0] & 1 == 0 and int.from_bytes(control[:2], "little") >> 1 == self.got, "the sequence number")
                self.got += 1
                need(asdu[:4] == bytes.fromhex("64010600"), "a general interrogation")
                self.information(bytes.fromhex("64010700") + asdu[4:])
                # Single points 1 to 3: on, off, on.
                self.information(bytes.fromhex("01831400 0100 010000 01 00 01"))
                self.information(bytes.fromhex("64010a00") + asdu[4:])
                say("interrogated")


def main():
    device = {"jt808": Jt808, "hj212": Hj212, "dlt645": Dlt645, "iec104": Iec104}[sys.argv[1]]()
    try:
        device.run()
    except Wrong as wrong:
        sys.exit(f"wrong: {wrong}")
    except EOFError:
        say("hung up")


if __name__ == "__main__":
    main()
