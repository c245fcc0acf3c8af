# Failures: what was being done, to what, and why it came to nothing.

failed-resolve = resolve { $address }: { $detail }
failed-connect = connect to { $address }: { $detail }
failed-listen = listen on { $address }: { $detail }
failed-send = send to { $address }: { $detail }
failed-receive = receive from { $address }: { $detail }
failed-read = read { $address }: { $detail }
failed-write = write to { $address }: { $detail }
failed-wait = wait for { $address }: { $detail }
failed-prepare = prepare { $address }: { $detail }
failed-get = get { $address }: { $detail }

# A SPEC of --frame or --checksum that cannot be.

spec-empty = no { $what } is named; one of: { $known }
spec-unknown-name = `{ $name }` is no { $what }{ $maybe }; known are: { $known }
spec-unknown-key = `{ $key }` in `{ $spec }` is no key of `{ $name }`{ $maybe }; write `{ $form }`
spec-comma = `{ $spec }` has a comma too many; write `{ $form }`
spec-maybe = , did you mean `{ $name }`?
spec-twice = `{ $key }` is given twice in `{ $spec }`; keep one
spec-no-value = `{ $spec }` says nothing for `{ $key }`: { $why }
spec-bad-value = `{ $value }` for `{ $key }` in `{ $spec }`: { $why }
spec-takes-no-value = it takes no value; write `{ $key }`
spec-number = write { $key }=N with a whole number from { $from } to { $to }
spec-skip = write skip=N with a whole number of bytes
spec-form = write `{ $form }`
spec-five = write `{ $form }`, five whole numbers
spec-no-bytes = write at least one byte in hex, such as { $key }=0d0a
spec-many-bytes = { $count } bytes; at most { $most }
spec-no-hex-digit = `{ $digit }` is no hex digit; write two for each byte, such as { $key }=0d0a
spec-odd-hex = an odd number of hex digits; write two for each byte, such as { $key }=0d0a
spec-be-and-le = `be` and `le` are opposites; keep one
spec-netty = maxFrame is at least 1, offset and strip at least 0, and none of the last four over a million
spec-width = a length field of { $width } bytes; write 1, 2, 3, 4 or 8
spec-strip = strip={ $strip } is more than the { $least } bytes of the smallest frame; write strip={ $header } for the header, or less
spec-adjust = with adjust={ $adjust } even the largest value, { $value }, ends before the header does; make adjust larger
spec-max-frame = maxFrame is smaller than the smallest frame; make it larger
spec-place = write a whole number, below zero counted from the end of the frame
spec-from-and-skip = `from` and `skip` both say where it begins; keep one
spec-covers-nothing = from={ $from } to={ $to } covers nothing; make `to` larger than `from`
spec-covers-itself = to={ $to } would cover the checksum or what stands behind it; write to={ $most } or less
spec-no-places = `from` and `to` are places in a frame with a head, a length or a tail, and `{ $name }` makes none; write skip=N
spec-own-checksum = it has a checksum of its own, { $own }; leave out --checksum
spec-one-of = write one of: { $known }
spec-offset-in-head = offset={ $offset } lies in the head of { $head ->
    [one] 1 byte
   *[other] { $head } bytes
}; offset counts from the start of the frame, head included
spec-pre = pre= gives { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}, but { $wanted } stand between the head of { $head } and the length at offset { $offset }; give that many, or change offset
spec-pre-and-strip = pre= writes what stands before the length, so the message cannot have it; leave out strip={ $strip }
spec-strip-varint = a varint has no fixed end; write strip={ $offset } or less, or pre= for the bytes before it
spec-fill = fill is one byte that may stand before the head, and not the head's first; give head=, and another byte
spec-hex-tail = escape=hex needs a tail that is no hex digit, such as tail=0d0a
spec-escape-byte = `{ $found }` is no byte; write two hex digits
spec-escape-form = write escape=MARK:CODE=BYTE[:CODE=BYTE…], such as escape=7d:02=7e:01=7d
spec-escape-code-twice = the code { $code } stands for two bytes; give each its own
spec-escape-byte-twice = the byte { $byte } has two codes; keep one
spec-escape-mark = the mark { $mark } is not escaped itself, so that it could not be sent; add a CODE={ $mark }
spec-escape-tail = the tail { $tail } could stand in escaped bytes, too; escape one of its bytes, by a code that is not in the tail
spec-escape-offset = where bytes are escaped the length ends within the first { $most } bytes; make offset smaller
known-checksums = { $names } and more

# Bytes that are no frame, and messages that no frame can carry.

frame-too-long = a message of { $announced } bytes is over the limit of { $limit } bytes (--max-frame)
frame-too-long-hint = { $hint }; a message of { $announced } bytes is over the limit of { $limit } bytes (--max-frame)
frame-negative = the length is { $value }, below zero: the framing is misaligned, or the peer counts otherwise
frame-too-small = length { $announced } makes a frame shorter than its { $least }-byte header: check adjust and includes-header
frame-malformed = malformed { $framing } frame: { $what }
frame-truncated = the stream ended inside a frame: { $have } bytes came
frame-truncated-of = the stream ended inside a frame: { $have } bytes came of { $want }
frame-holds-delimiter = the message holds the { $what } at byte { $at }, which would end its frame there; use a length framing or escape it
frame-does-not-fit = length { $value } does not fit the length field: it holds 0 to { $most }; use a wider field or send less
frame-wrong-size = { $have ->
    [0] the message is empty; with this framing a message { $want }
    [one] the message has 1 byte; with this framing a message { $want }
   *[other] the message has { $have } bytes; with this framing a message { $want }
}
wanted-adjust = has at least { $least } bytes, as adjust says
wanted-header = has at least { $least } bytes: it begins with its { $own }-byte header, and the length there is filled in
wanted-exactly = has exactly { $size }
wanted-exactly-sealed = has exactly { $size }, its checksum included
wanted-not-empty = is never empty: receivers ignore empty packets
no-end-came = no { $end } came within the limit
end-line-feed = line feed
end-zero = zero byte
end-delimiter = delimiter { $bytes }
end-tail = tail { $bytes }
end-tail-marker = tail marker { $bytes }
frame-garbage = more than { $limit } bytes came before a head (--max-frame): is the peer using another framing?
frame-slip-escape = the escape db is followed by { $found }, not by dc or dd
frame-netstring-zero = a colon follows the length 0, not { $found }
frame-netstring-start = it starts with a digit, not { $found }
frame-netstring-length = the length is digits and a colon, not { $found }
frame-netstring-end = a comma ends it, not { $found }
frame-varint-long = the length is longer than 64 bits
frame-varint-padded = the length is written longer than needed
frame-cobs-block = a block of { $size } bytes runs past the end, where { $left } are left
frame-tpkt-version = it starts with version { $version }, not { $found }
frame-tail = it ends with { $found }, not with its tail { $tail }
frame-escape = { $found } is no escape
frame-no-digits = between head and tail stand pairs of hex digits
frame-length-tail = its length makes { $says } bytes, but its tail ends it after { $have }
frame-function = function { $code } has no known size
frame-digits = the length is decimal digits, not { $found }
frame-resp-line = at byte { $at } no line ends with CR LF
frame-resp-size = at byte { $at } stands no size
frame-resp-end = a string does not end with CR LF at byte { $at }
frame-resp-long = a value is over the limit of { $limit } bytes (--max-frame)
wanted-length-place = bytes up to its length at offset { $offset }, which is filled in; or give pre= or strip=
wanted-covered = too short for what { $checksum } covers
wanted-frame = by what it says itself a frame of { $size } bytes
length-is-text = length { $value } is the text '{ $text }': the peer may be sending text, or the framing is misaligned
length-behind-type = length { $value } begins with the letter '{ $letter }': does a type byte stand before the length, as in postgres? then it is { $spec }
length-turned-or-type = length { $value } would be { $turned } in the other byte order: add le? or a type byte ({ $type }) stands before the length: offset={ $offset }?
length-add-le = length { $value } would be { $turned } in the other byte order: add le?
length-drop-le = length { $value } would be { $turned } in the other byte order: drop le?
length-negative = length { $value } would be negative as a signed number: the framing may be misaligned
not-sent = not sent: { $detail }
cut-within-character = the message before was cut within a character: does its length count characters? it has to count bytes, as in len(text.encode())

# A text that is no address.

address-empty = the address is empty: write HOST:PORT, PORT, udp://HOST:PORT or unix:/path
address-scheme = address { $text }: unknown scheme { $scheme }{ $maybe }; there are tcp://, udp:// and unix:
address-tls = address { $text }: tls:// is not available yet; use tcp:// for a connection without encryption
address-slashes = address { $text }: the slashes are missing: write { $write }
address-no-port = address { $text } has no port: write { $write }
address-port = address { $text }: { $port } is no port; a port is 0 to 65535
address-full-width = address { $text } has a full-width { $wide }, as an input method writes it: write { $write }
address-swapped = address { $text }: host and port have changed places: write { $write }
address-form = address { $text } is no address as it stands: write { $write }
address-brackets = address { $text }: an IPv6 address goes in brackets: write { $write }
address-colons = address { $text } has more than one colon and is no IPv6 address: write HOST:PORT
address-unclosed = address { $text }: an address in brackets is written [ADDRESS]:PORT
address-ipv6 = address { $text }: { $ip } is no IPv6 address, and only those go in brackets
address-ipv4 = address { $text }: { $ip } is no IPv4 address; write four numbers from 0 to 255, as in 127.0.0.1
address-zone = address { $text }: { $zone } is no zone; write an interface, as in [fe80::1%eth0]:80
address-no-host = address { $text } has an empty host: write a name or an address before the port, or * for every interface
address-host = address { $text }: { $host } is no host name: { $why }
address-tcp-options = address { $text }: only udp:// takes options behind a '?'
address-option = address { $text }: unknown option { $option }{ $maybe }; there are iface=, join, broadcast and ttl=
address-option-value = address { $text }: option { $option }: { $why }
address-unix = address { $text } is no Unix socket: { $why }
unix-no-name = it has no name: write unix:/path/to/socket or unix:@name
unix-long = the system allows 107 bytes: use a shorter path, or a relative one
unix-nul = a name cannot contain a NUL
host-port-apart = the port was given apart, so the host stands without one
host-long = a name has at most 253 bytes
host-dash = a name does not begin with '-'
host-user = a user name has no place here
host-odd = it has a character that no name has
option-iface = write an interface, as in iface=eth0
option-no-group = the host is no group; those are 224.0.0.0 to 239.255.255.255 and [ff00::]/8
option-takes-no-value = it takes no value
option-ttl-zero = 0 is for multicast groups only
option-ttl = write a number from 1 to 255, as in ttl=16

# Charsets, and bytes as people type them.

charset-none = no charset is named
charset-unknown = unknown charset { $label }
charset-maybe = did you mean { $name }?
charset-common = the common ones are utf-8, gbk, gb18030, big5, utf-16le, latin1 and ascii
charset-lacks = { $char } (character { $position }) does not exist in { $charset }; leave it out, or use utf-8 or gb18030
input-escape = column { $column }: unknown escape \{ $found }; there are \r \n \t \0 \\ \xNN \u{"{"}…{"}"}, and \\ is a backslash
input-lone-backslash = column { $column }: the text ends in a backslash; write \\ for a backslash
input-short-byte = column { $column }: \x wants two hex digits, as in \x0a
input-unicode = column { $column }: \u wants a character's number, as in \u{"{"}4f60{"}"}
input-charset = column { $column }: { $char } does not exist in { $charset }; leave it out, or use utf-8 or gb18030
input-not-hex = column { $column }: { $found } is no hex digit
input-odd-digit = column { $column }: the hex digit { $found } stands alone; a byte is two digits, as in { $write }

# Durations, sizes, probabilities.

duration-missing = the duration is missing; write 250ms, 3s, 2m, 1h, 1m30s or plain seconds
duration-none = { $text } is no duration; write 250ms, 3s, 2m, 1h, 1m30s or plain seconds
duration-long = { $text } is too long; ten years are the most
duration-fine = { $text } is finer than a nanosecond
size-missing = the size is missing; write 4096, 64KiB (1024) or 10MB (1000)
size-none = { $text } is no size; write 4096, 64KiB (1024) or 10MB (1000)
size-bits = { $text }: a small b after a capital means bits; write { $write }B for bytes
size-part-of-byte = { $text } is not a whole number of bytes
size-large = { $text } is too large; 16 EiB are the most

# Patterns and templates.

pattern-empty = the pattern is empty and would match everything
pattern-long = the pattern is longer than 64 KiB
pattern-regex = regex { $text }: { $why }
regex-large = it needs more than 4 MiB; make its repetitions smaller
pattern-hex = hex pattern: column { $column }: { $found } is no hex digit; write two digits a byte, ?? for any byte, * for any bytes
pattern-odd = hex pattern: { $detail }
template-unknown = column { $column }: unknown placeholder {"{"}{ $name }{"}"}{ $maybe }; for the text itself write {"{{"}{ $name }{"}}"}
template-no-number = column { $column }: {"{"}{ $name }{"}"} takes no number; only {"{random:N}"} does
template-range = column { $column }: {"{"}{ $name }:…{"}"} wants a range of bytes: {"{"}{ $name }:0..8{"}"} is the first eight, {"{"}{ $name }:4..{"}"} all from the fifth on, {"{"}{ $name }:-2..{"}"} the last two
template-splice = column { $column }: {"{"}{ $name }{"}"} cannot stand among bytes in hex; bytes of the message can: {"{hex:2..4}"}
template-digits = column { $column }: {"{random:N}"} takes 1 to 1024 digits
template-group = column { $column }: ${ $group } does not exist, the regex has { $groups } of them; for the text itself write $${ $group }
template-expansion = the answer would take more than { $limit } bytes

# Rules files.

rule-unknown-key = unknown key { $key }{ $maybe }; here are known: { $known }
rule-kind = { $key } wants { $wanted }
rule-wants-bool = true or false
rule-wants-brackets = two brackets: [[rule]]
rule-wants-duration = a duration, as in { $key } = "250ms" or { $key } = 1.5
rule-wants-interval = a time longer than nothing
rule-wants-place = a whole number: 7 is the eighth byte, -1 the last one
rule-wants-times = a whole number from 1 on
rule-wants-id = the id of a rule
rule-wants-then = "close" or "reset"
rule-wants-text = a text in quotes
rule-no-condition = this rule has no condition; give it one of equals, prefix, contains, regex, hex, or every
rule-two-conditions = this rule has { $first } already; a rule has exactly one condition, write two rules
rule-no-action = this rule does nothing; give it a reply, a reply_hex, a name, silent = true, or then = "close" or "reset"
rule-silent-reply = this rule is silent and has a reply; keep one of the two
rule-place-of-nothing = at is the place of the bytes in hex; give this rule a hex too
rule-name-by-clock = a rule with every has no message to take a name from; put name into the rule that the registration fits
rule-two-rules = another rule has the id "{ $id }" already; give this one another
rule-no-such-rule = no rule has the id "{ $id }"{ $maybe }; write id = "{ $id }" into the one that has to come first
rule-circle = this rule comes after "{ $id }", which comes after this one: neither would ever be followed; take one after out
rule-two-replies = this rule has both reply and reply_hex; write two rules and all = true to send both
rules-nothing = there are no rules in it; write [[rule]], a condition and a reply
rules-many = more than { $most } rules
rules-large = the file is larger than 1 MiB

# What is written behind --reply.

reply-takes-nothing = { $name } takes nothing after it
reply-text-missing = write the answer after a colon, as in text:thank you
reply-file-missing = name the rules file after a colon, as in rules:device.toml
reply-none = no responder is named; there are { $names }
reply-near = there is no responder '{ $name }'; did you mean { $near }?
reply-unknown = there is no responder '{ $name }'; there are { $names }. A fixed answer is text:{ $name }

# What is written behind --fault.

fault-form = { $problem }; write { $form }
fault-none = no fault is named; there are { $names }
fault-near = there is no fault '{ $name }'; did you mean { $near }?
fault-unknown = there is no fault '{ $name }'; there are { $names }
fault-comma = there is a comma too many
fault-no-pair = '{ $part }' is no key=value
fault-twice = { $key } is given twice
fault-no-key = { $fault } has no key '{ $key }', only { $keys }
fault-no-value = { $fault } takes no value
fault-time-unit = { $value } is milliseconds to toxiproxy and seconds here: say which, as in { $value }ms
fault-datagrams-only = { $fault } acts on datagrams (UDP) only; on a stream there are { $names }
fault-streams-only = { $fault } acts on streams (TCP, Unix) only; on datagrams there are { $names }
bandwidth-zero = nothing would ever pass: for that, use stall=0
jitter-large = the jitter is larger than the latency, and nothing can come before it was sent
spread-none = '{ $text }' is no distribution; dist is uniform or normal
slice-missing = the number of bytes is missing
slice-none = '{ $text }' is no number of bytes
slice-zero = a slice has at least 1 byte
slice-turned = { $min } is more than { $max }
direction-missing = the direction is missing; dir is up (client to server) or down
direction-none = '{ $text }' is no direction; dir is up (client to server) or down
chance-missing = the probability is missing; it is 0 to 1
chance-none = '{ $text }' is no probability; it is 0 to 1

# Who may connect, and how files may be asked for.

cidr-missing = the address is missing; write for example 10.0.0.0/8 or ::1
cidr-none = '{ $base }' is no IP address; write for example 10.0.0.0/8 or ::1
cidr-prefix = '/{ $bits }' is no prefix length; it is 0 to { $most } for { $base }
dialect-none = '{ $word }' is no dialect; there are sockeye, http and name
host-none = it is no name of a machine; write one as it stands in an address, without * or path

# Names of files, and what is kept beside partial ones.

name-empty = it is empty
name-long = it is longer than { $most } bytes
name-long-part = a part of it is longer than { $most } bytes
name-absolute = it begins with '/'; names are relative to the folder that is served
name-empty-part = a part of it is empty: it has two '/' in a row or ends in one
name-dots = a part of it is '.' or '..'
name-backslash = it contains '\'; write '/' between folders
name-control = it contains the control byte 0x{ $byte }
name-device = it is the name of a device on Windows; choose another one with -o
name-unkept = it is no name that Windows keeps as it is; choose another one with -o
sidecar-long = it is longer than { $most } bytes
sidecar-version = it does not begin with '{ $first }'
sidecar-damaged = it is damaged
sidecar-line = its line '{ $line }' is missing or wrong
sidecar-name = its name cannot be one: { $why }
sidecar-beyond = it claims { $verified } of { $size } bytes

# What the other end of the file protocol sent.

wire-magic = it does not speak the sockeye protocol
wire-version = it speaks version { $version } of the sockeye protocol, and we speak { $ours }
wire-long = a frame of type 0x{ $kind } announces { $length } bytes, more than { $limit }
wire-unknown = a frame of the unknown type 0x{ $kind }
wire-malformed = a malformed frame of type 0x{ $kind }

# What is wrong with a request of HTTP.

http-no-request = it is no request
http-no-host = it has no Host line
http-hosts = it has several Host lines
http-bad-host = the host it calls is no host
http-header-name = a name of a header line is none
http-header-value = a header line has a character that it may not have
http-new-line = its lines do not end as lines of HTTP do
http-token = its first line has a character that it may not have
http-version = it is not of HTTP/1.0 or HTTP/1.1
http-path = its path does not begin with '/'
http-percent = a '%' in its path has no two digits behind it; write %25 for a plain one

# What the framings do.

about-frame-raw = no framing: every read is shown as it came
about-frame-line = lines: cut at LF, one CR before it dropped; sends LF
about-frame-crlf = lines ended by CR LF and by nothing else
about-frame-nul = messages ended by a zero byte, as C strings are
about-frame-delim = messages ended by these bytes, delim=0d0a; any number of them
about-frame-fixed = every message has exactly N bytes, its checksum included
about-frame-len = a length field before each message: frame = offset + len + value + adjust; strip drops leading bytes
about-frame-netty = the five numbers of Netty's LengthFieldBasedFrameDecoder; maxFrame counts the whole frame
about-frame-tpkt = RFC 1006 (S7, RDP, H.323): version 3, a zero, 16 bits counting the header; a message is the payload
about-frame-varint = a protobuf varint length before each message (parseDelimitedFrom)
about-frame-netstring = the length in decimal, a colon, the message and a comma: 5:hello,
about-frame-slip = RFC 1055: packets end with C0; DB escapes it inside
about-frame-cobs = consistent overhead byte stuffing, each frame ended by a zero byte
about-frame-head = messages between two markers; what is outside of them is skipped and counted
about-frame-idle = a chunk ends where nothing came for MS milliseconds; a guess, as TCP keeps no pauses
about-frame-py-struct-i = Python's struct.pack('i', len): len=4,le,signed
about-frame-py-struct-net = Python's struct.pack('!I', len): len=4; other formats likewise: 'py-struct-<H', 'py-struct->I'
about-frame-modbus-tcp = Modbus TCP: len=2,offset=4; a message is the whole ADU, its length filled in on sending
about-frame-twisted = Twisted's Int32StringReceiver: len=4
about-frame-stx-etx = between STX and ETX: head=02,tail=03
about-frame-digits = a length in N decimal digits before each message, as bank hosts send ISO 8583; keys as of len
about-frame-modbus-rtu = Modbus RTU over TCP, cut by function code; a message is address to data, its CRC apart
about-frame-modbus-ascii = Modbus ASCII; a message is the bytes that its digits stand for, its LRC apart
about-frame-jt808 = JT/T 808 terminals; a message is head and body, unescaped, its checksum apart
about-frame-dlt645 = DL/T 645 meters; a message is address, 68, control, length (filled in on sending) and data
about-frame-iec104 = IEC 60870-5-104; a message is the four control fields and the ASDU
about-frame-hj212 = HJ 212 monitors; a message is the data segment, QN=…&&
about-frame-nmea = NMEA 0183; a message is a sentence from behind $ to before *
about-frame-mqtt = MQTT; a message is the whole packet, its remaining length filled in on sending
about-frame-redis = Redis (RESP 2 and 3); a message is a whole value without its last CR LF
about-frame-postgres = PostgreSQL; a message is type, length (filled in on sending) and body; a client's first has no type
about-frame-dns-tcp = DNS over TCP: len=2
about-frame-mllp = HL7 over TCP: head=0b,tail=1c0d; a message is what is between

# What the responders answer.

about-reply-echo = the same message back
about-reply-time = [2026-11-21T10:00:00.123+08:00] and the message
about-reply-ctime = [Sat Nov 21 10:00:00 2026] and the message, local time as C's ctime writes it
about-reply-text = a fixed answer; {"{text}"} {"{hex}"} {"{len}"} {"{peer}"} {"{time}"} {"{counter}"} … are filled in
about-reply-rules = answers by rules: equals, prefix, contains, regex or hex → reply, delay, close, reset
about-reply-chat = every line goes to all others; /nick NAME, /who
about-reply-discard = nothing (RFC 863)
about-reply-chargen = a pattern of characters without end (RFC 864)
about-reply-daytime = the time of day, and a close (RFC 867)

# What the faults do.

about-fault-latency = everything comes later, in order; with jitter each part of a stream by another delay (dist=normal: the jitter is the standard deviation)
about-fault-bandwidth = so many bytes a second pass, evenly
about-fault-glue = what comes within that time of a first byte goes on as one piece
about-fault-cut = the direction ends (FIN) after exactly N bytes; the rest of it is swallowed, the other direction goes on
about-fault-reset = the conversation is reset (RST) after exactly N bytes, or D later; N=0: at its opening, or D after the first byte
about-fault-stall = after N bytes nothing passes any more, and who sends is slowed down; with close the conversation ends D later
about-fault-slow-close = the end of a direction (FIN) comes D later
about-fault-refuse = the conversation is reset (RST) at its opening
about-fault-slow-accept = nothing passes until D after the opening
about-fault-corrupt = each byte gets one bit flipped, with probability P
about-fault-drop = each datagram is lost, with probability P
about-fault-duplicate = each datagram comes twice, with probability P
about-fault-reorder = each datagram comes after the next one, with probability P
about-fault-truncate = at most N bytes of each datagram come
about-fault-slice = a stream is cut into pieces of that many bytes, each sent by itself, a pause between them

# What the placeholders give.

about-place-text = the message as it came; {"{text:0..8}"} its first eight bytes, {"{text:-2..}"} its last two
about-place-hex = the message in hex digits; {"{hex:4..6}"} those of two of its bytes
about-place-len = how many bytes the message has
about-place-peer = the peer's address
about-place-conn = the number of the conversation
about-place-client = the number of the client, with --clients; for a server that of the conversation
about-place-time = RFC 3339 with milliseconds and zone
about-place-ctime = as C's ctime: Sat Nov 21 10:00:00 2026
about-place-date = 2026-11-21, local
about-place-unix = seconds since 1970
about-place-counter = 1, 2, 3… for each message answered or sent
about-place-random = decimal digits by chance, {"{random:4}"} four of them
about-place-uuid = a UUID by chance

# The keys of a rules file.

about-rules-greeting = a template that is sent as soon as the conversation opens
about-rules-all = true: every rule that matches is followed; false (the default): the first one
about-rules-rule = written [[rule]]: the rules, in the order they are tried
about-rule-equals = the message is this text
about-rule-prefix = it begins with this text
about-rule-contains = this text is in it
about-rule-regex = this regular expression matches it; (?i) at its beginning: in any case
about-rule-hex = it is these bytes: 01 03, ?? for any byte, * for any number of any bytes
about-rule-at = with hex: these bytes stand from there on, whatever else the message is; 0 is its first byte, -1 its last
about-rule-every = instead of a condition: it speaks by the clock, each time so long has passed
about-rule-name = a template: what the conversation is called from now on, as in {"{text:0..8}"}
about-rule-times = it holds so many times in a conversation, and then no more
about-rule-id = what other rules call it in after
about-rule-after = it holds once the rule of this id has been followed in the conversation
about-rule-reply = a template to answer with
about-rule-reply-hex = bytes to answer with; {"{hex:4..6}"} among them is the fifth and sixth byte of the message
about-rule-silent = true: it matches, and nothing is said
about-rule-delay = wait so long before that: "250ms", or a number of seconds
about-rule-then = "close" or "reset" the connection afterwards

# The charsets.

about-charset-utf-8 = Unicode; the default
about-charset-gbk = Chinese, simplified; gb2312 is read as this
about-charset-gb18030 = Chinese, all of Unicode
about-charset-big5 = Chinese, traditional, with Hong Kong's signs
about-charset-utf-16le = Unicode in pairs of bytes, low byte first
about-charset-utf-16be = Unicode in pairs of bytes, high byte first
about-charset-latin1 = ISO 8859-1: byte N is U+00NN, every byte is a character
about-charset-ascii = seven bits; what is above does not decode
about-charset-windows-1252 = Western Europe on Windows
about-charset-shift-jis = Japanese
about-charset-euc-jp = Japanese on Unix
about-charset-iso-2022-jp = Japanese in seven bits (mail)
about-charset-euc-kr = Korean
about-charset-koi8-r = Russian on Unix
about-charset-koi8-u = Ukrainian on Unix
about-charset-windows-1251 = Cyrillic on Windows
about-charset-ibm866 = Cyrillic under DOS
about-charset-x-mac-cyrillic = Cyrillic on old Macs
about-charset-windows-1250 = Central Europe on Windows
about-charset-windows-1253 = Greek on Windows
about-charset-windows-1254 = Turkish on Windows
about-charset-windows-1255 = Hebrew on Windows
about-charset-windows-1256 = Arabic on Windows
about-charset-windows-1257 = Baltic languages on Windows
about-charset-windows-1258 = Vietnamese on Windows
about-charset-windows-874 = Thai
about-charset-macintosh = Western Europe on old Macs
about-charset-iso-8859-2 = Central Europe
about-charset-iso-8859-3 = Southern Europe
about-charset-iso-8859-4 = Northern Europe
about-charset-iso-8859-5 = Cyrillic
about-charset-iso-8859-6 = Arabic
about-charset-iso-8859-7 = Greek
about-charset-iso-8859-8 = Hebrew, as seen
about-charset-iso-8859-8-i = Hebrew, as read
about-charset-iso-8859-10 = Nordic languages
about-charset-iso-8859-13 = Baltic languages
about-charset-iso-8859-14 = Celtic languages
about-charset-iso-8859-15 = Western Europe with the euro sign
about-charset-iso-8859-16 = South-Eastern Europe

# The limits.

about-limit-max-frame = longest message, checked before any allocation
about-limit-max-connections = conversations open at once; also kept below the descriptor limit, later ones wait in the backlog
about-limit-idle-timeout = longest silence of a conversation before it is closed
about-limit-rate = messages a second that one peer is answered
about-limit-connect-timeout = longest time for connecting, over all addresses of a name
about-limit-retry-delay = between two tries to connect (--retry)
about-limit-reconnect-longest = the longest pause of connect --reconnect between two attempts
about-limit-clients-dialling = clients of connect --clients that are connecting at once; the others wait their turn
about-limit-wait = how long connect waits for (more) answers to what it said
about-limit-wait-datagram = the same for what a pipe said over UDP
about-limit-grace = longest time for finishing after the first stop signal
about-limit-outbox = answers waiting for one peer to read them; above it nothing more is read from that peer
about-limit-flows-waiting = bytes of datagrams that wait for all clients of a UDP relay together; more are lost
about-limit-new-flows = new clients a second that a UDP relay makes room for once it has as many as it may have
about-limit-api-connections = requests to the API of a relay that are answered at once; more wait in the system's backlog
about-limit-api-body = longest body of a request to the API of a relay, bytes
about-limit-api-proxies = relays that the API makes
about-limit-api-toxics = toxics of one relay
about-limit-monitor-connections = scrapes and questions of monitoring systems that are answered at once; more wait in the system's backlog
about-limit-zabbix-packet = data of a Zabbix packet that is taken, bytes
about-limit-zabbix-items = items that one request of Zabbix may ask for
about-limit-zabbix-batch = values that are sent to a Zabbix server at once
about-limit-zabbix-queue = values that wait for a Zabbix server; the oldest are dropped for newer ones
about-limit-zabbix-timeout = how long a Zabbix server may take to connect and to answer
about-limit-leg = bytes waiting in one direction of a relayed conversation; above it nothing more is read there
about-limit-outbox-messages = the same in messages, however short they are
about-limit-notsent = unsent bytes the kernel takes from us for one connection
about-limit-fault-reorder = how long a datagram that reorder holds waits for the next one
about-limit-fault-hold = bytes held by faults in one direction of one conversation
about-limit-delay-hold = delayed answers of one conversation
about-limit-read = bytes read at once
about-limit-datagram-peers = UDP peers remembered at once
about-limit-datagram-idle = silence after which a UDP peer is forgotten
about-limit-mailbox = messages waiting for one chat member; a slower member is disconnected
about-limit-conversation-name = longest name of a conversation
about-limit-nick = longest chat nickname
about-limit-linger = how long a closing conversation reads on, so that its close is no reset
about-limit-client-linger = the same for connect
about-limit-operator = how long an operator may still answer a client that sends no more (FIN)
about-limit-pipe = how long a silent pipe may still say something to a peer that sends no more (FIN)
about-limit-keepalive = silence after which a TCP peer is probed; a dead one is found within two minutes
about-limit-backlog = connections waiting to be accepted
about-limit-serve-idle = silence between requests to `serve`, and standstill of a transfer
about-limit-serve-rate = bytes of files a second that each connection to `serve` gets
about-limit-serve-total-rate = bytes of files a second that all connections to `serve` get together
about-limit-request-time = longest time for a whole request to `serve`
about-limit-name-pause = the pause that ends a bare name
about-limit-discard = bytes of a refused request read and thrown away, so that the close is no reset
about-limit-notsent-first = `notsent` of a download from `serve` at first
about-limit-notsent-share = later, and in bulk through a relay, it is one part in so many of what the peer has taken
about-limit-notsent-most = and at most this, which is what systems allow anyway
about-limit-scans = files that `serve` hashes at once; and folders it reads at once
about-limit-scan-wait = how long a request waits for its turn to do so; then it is told to come later
about-limit-hashes = hashes of files that `serve` remembers
about-limit-listing = length after which `serve` sends a page of a folder
about-limit-request = longest request for a file or folder
about-limit-name = longest name of a file
about-limit-component = longest part of a name between two '/'
about-limit-data = bytes of a file in one frame
about-limit-page = longest page of a folder
about-limit-cursor = longest mark between two pages of a folder
about-limit-error-text = longest text of a server's error
about-limit-get-timeout = longest wait of get without progress
about-limit-get-retries = how often get makes a lost connection again
about-limit-tree = entries that get looks at for one name, folders in folders included
about-limit-sidecar = longest note beside a partial file
about-limit-check-gap = pause of check between two pieces
about-limit-check-timeout = how long check waits for an answer
about-limit-check-quiet = shortest silence after which check takes an answer for whole
about-limit-check-redial = how long check --listen waits for the client to connect again
about-limit-check-cuts = places at which check cuts one message
about-limit-check-at-once = connections that check holds at once
about-limit-check-messages = messages of check
about-limit-check-message = longest message of check, with its framing
about-limit-check-answer = answers on one connection that check takes
about-limit-check-pieces = pieces of a message that check sends byte by byte; the middle of a longer one goes in one
about-limit-check-further = cuts of a kind that check tries after one has failed
about-limit-probe-count = how often probe tries a target; 0 is until it is stopped
about-limit-probe-interval = from one attempt of probe at a target to the next
about-limit-probe-timeout = the longest one attempt of probe may take, name and answer included
about-limit-probe-aftermath = how long probe waits whether a connection that was made is reset
about-limit-probe-at-once = attempts of probe at once; also capped below the descriptor limit
about-limit-probe-lookups = names that probe looks up at once
about-limit-probe-targets = targets of one run of probe
about-limit-probe-target-file = longest file of targets of probe
about-limit-probe-answer = bytes of an answer that probe takes
about-limit-probe-shown = bytes of another answer that probe tells
about-limit-probe-looked = other doors that probe --look tries
about-limit-probe-hooks = programs of probe --on-change that run at once
about-limit-probe-hook = how long the program of probe --on-change may run
about-limit-bench-duration = how long bench measures
about-limit-bench-timeout = how long after it was due a message of bench may be answered
about-limit-bench-size = longest message that bench makes
about-limit-bench-connections = connections of bench to one target
about-limit-bench-outstanding = messages of one conversation of bench that may be unanswered
about-limit-bench-given-up = datagrams of bench that were given up and are known again when answered late
about-limit-bench-batch = times that a conversation of bench keeps until it tells them
about-limit-bench-tell = how long it keeps them
about-limit-bench-burst = datagrams that bench --bulk sends before it looks for answers
about-limit-bench-rest = how long after the last answer bench listens for more
about-limit-bench-round = longest turn of a target of bench --compare
about-limit-bench-rounds = rounds of bench --compare

# How a limit is shown.

bound-none = none
bound-datagrams = none (UDP: { $number }/s)
bound-messages = { $number } messages
bound-columns = { $number } columns
bound-entries = { $number } entries
bound-bytes = { $number } bytes

# Edits of messages on their way through a relay.
about-edit = messages on their way, as a file says
about-edit-dir = "up" or "down": only from client to target, or only from target to client
about-edit-replace = a template that goes on in the message's place
about-edit-replace-hex = bytes that go on in its place
about-edit-drop = true: nothing goes on
about-edit-inject = a template that goes on as a message of its own behind it
about-edit-inject-hex = bytes that do
about-edit-delay = hold it back so long, and all that comes behind it: "250ms", or a number of seconds
edit-wants-dir = "up" or "down"
edit-no-peer = a template without {"{peer}"}: a message on its way has two peers
edit-no-action = this rule does nothing; give it one of replace, replace_hex, drop = true, inject, inject_hex, delay, then
edit-contradiction = this rule has { $first } already, and { $second } says something else; keep one of the two
edit-by-file = edits are given by a file: --edit FILE
