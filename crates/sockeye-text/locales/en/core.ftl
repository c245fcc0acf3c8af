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
template-digits = column { $column }: {"{random:N}"} takes 1 to 1024 digits
template-group = column { $column }: ${ $group } does not exist, the regex has { $groups } of them; for the text itself write $${ $group }
template-expansion = the answer would take more than { $limit } bytes

# Rules files.

rule-unknown-key = unknown key { $key }{ $maybe }; here are known: { $known }
rule-kind = { $key } wants { $wanted }
rule-wants-bool = true or false
rule-wants-brackets = two brackets: [[rule]]
rule-wants-duration = a duration, as in delay = "250ms" or delay = 1.5
rule-wants-then = "close" or "reset"
rule-wants-text = a text in quotes
rule-no-condition = this rule has no condition; give it one of equals, prefix, contains, regex, hex
rule-two-conditions = this rule has { $first } already; a rule has exactly one condition, write two rules
rule-no-action = this rule does nothing; give it a reply, a reply_hex, silent = true, or then = "close" or "reset"
rule-silent-reply = this rule is silent and has a reply; keep one of the two
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
fault-no-key = { $fault } has no key '{ $key }'
slice-missing = the number of bytes is missing
slice-none = '{ $text }' is no number of bytes
slice-zero = a slice has at least 1 byte
slice-turned = { $min } is more than { $max }
direction-missing = the direction is missing; dir is up (client to server) or down
direction-none = '{ $text }' is no direction; dir is up (client to server) or down
chance-missing = the probability is missing; chance is 0 to 1
chance-none = '{ $text }' is no probability; chance is 0 to 1

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
