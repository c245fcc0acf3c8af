# Help: headings, what commands do, examples, topics.

heading-usage = Usage:
heading-commands = Commands
heading-arguments = Arguments
heading-options = Options
heading-what-to-say = What to say
heading-when = When, and how long
heading-messages = Messages
heading-display = Display
heading-connecting = Connecting
heading-faults = Faults
heading-log = Log
heading-job-files = Job files
heading-answering = Answering
heading-limits = Limits
heading-offering = Offering
heading-where-it-goes = Where it goes
heading-asking = Asking
heading-steering = While it runs
heading-trying = How it is tried
heading-finding-out = Finding out why, and telling it
help-default = {"["}default: { $value }]
help-possible = {"["}possible values: { $values }]
help-about = The socket workbench: talk to a socket, stand one up, and see what happens
help-about-connect = Talk to a server
help-about-listen = Stand a server up
help-about-serve = Offer a folder for download
help-about-get = Fetch files: complete, verified, and on the disk
help-about-relay = Stand between two ends: watch what passes, and damage it on purpose
help-about-guess = Work out the framing of captured bytes
help-about-guess-long =
    Finds the framings that cut captured bytes from the first to the last: length fields, delimiters, heads and tails, sizes,
    escapes, checksums, protocols. Each is printed as --frame takes it, for Netty, tokio and Python, with the first messages and
    with how unlikely it is that random bytes fit so well. Hex dumps are recognised. One direction at a time, from the beginning of
    a connection; of more than 1 MiB the first is read. Exit code 1 where it cannot tell.
help-about-check = Find out whether a receiver survives messages torn apart and glued together
help-about-probe = Find out whether something answers, how fast, and if not, why
help-about-run = Run the jobs of a file: command lines that were saved, several at once
help-about-explain = Tell what a word, a message or an exit code means, and how to see it
help-about-limits = Print every limit with its default and the flag that changes it
help-about-schema = Print what one line of --json may be, as JSON Schema
help-about-completions = Print a completion script for a shell
help-about-man = Write the man pages, one for each command
help-about-help = Print the help of a topic (framing, checksums, rules …) or of a command
help-about-serve-long = Whoever can connect can list and fetch every regular file in it, and nothing outside, whatever is asked and wherever symbolic links lead. Links that stay inside are followed; names that begin with a dot are not there without --all. Only this machine can connect unless --listen says otherwise. Nothing is ever written into the folder. Ctrl-C ends it: what is being sent may take --grace to finish.
help-about-relay-long = Whoever connects to LISTEN talks to TARGET, over TCP, Unix sockets or UDP. Each end sees the other as it is: half-closes, resets and refusals pass as themselves, and no byte is changed unless a fault was asked for. What passes is shown in messages where --frame says how they are cut. A line "client → target" is what came from the client, "client ← target" what came from the target; where faults act, ⇒ and ⇐ are what was passed on. Faults can be changed while it runs: /fault SPEC, /faults and /clear are read from standard input and from --control. With --api the client libraries of toxiproxy make, damage and end relays.
help-about-check-long = TCP carries bytes, not messages: a receiver may be given any part of one, or several at once. check learns what whole messages are answered, then sends the same bytes whole, cut at every place, byte by byte, glued, and with a half message that comes late or never, and compares the answers byte by byte. PASS, or the smallest cut that is not survived, what was sent and what came back, and what to look for in the code. Exit code 0, 121, or 28 where nothing is answered at all; 1 where answers change from run to run and --expect does not say what counts: nothing was judged then.
help-about-probe-long = Each target is tried at its own pace, and never twice at once. States: open, refused, timeout, unreachable, prohibited, unresolved, reset, local (this machine could not try), unexpected; of UDP answered, closed, silent. With the first failure and with each change comes a diagnosis: why, and what to try. Connections are ended by a reset, so that nothing rests in TIME_WAIT. Exit code 0 if all are up in the end, 121 if one is down, 6 if no name was resolved, 1 if this machine could not try. With --count 0, Ctrl-C ends it in order.
man-synopsis = SYNOPSIS
man-name = NAME
man-description = DESCRIPTION
man-options = OPTIONS
man-commands = SUBCOMMANDS
man-version = VERSION
man-examples = EXAMPLES
man-exit-status = EXIT STATUS
man-topics = TOPICS
man-notes = NOTES
help-about-more =
    { $short }.

    { $more }
help-examples = Examples:
help-exit-codes = Exit codes:
help-top = 'sockeye COMMAND --help' shows all options of a command, with examples; 'sockeye help TOPIC' what there is of framing, checksums, charsets, replies, rules, edits, templates, faults, addresses, units (a bare number of a duration is seconds), exit-codes.
help-topics = Topics of 'sockeye help TOPIC':
help-job-file = A job file:
help-job-file-about =
    Every flag stands under its long name, a repeatable one as a list, ADDR and the others under their names in small letters; --print-plan prints any command so. Where --send and --send-hex alternate, one stands in the list of the other:
      send = {"["}"hello", {"{"} send-hex = "01 03" {"}"}]
    A job with after = "device" begins once device listens.

    Several jobs run in one process until all are done or one signal stops them all. Nobody types to them; each line says whose it is, --json as "job". The exit code is the greatest of theirs. A job alone has the keyboard, as its command would.
example-connect-hello = Say hello and print the answer:
example-connect-gbk = Talk GBK with a device whose messages are 4 bytes of length and a body:
example-connect-modbus = Check that a server answers a Modbus question, for a script:
example-listen-text = Answer everybody with a fixed text:
example-listen-type = Type the answers yourself (on a terminal), in GBK:
example-listen-udp = A UDP server that puts the time before every datagram, for the whole network:
example-serve-here = Offer this folder to this machine, on port 8889:
example-serve-network = Offer another one to the network, at most 10 MB a second to each, 50 to all:
example-serve-tutorial = Replace the tutorials' file server, and log every request for programs:
example-get-file = Fetch a file; the same command goes on where it was interrupted:
example-get-folder = See what there is, and fetch all of it, or go on with that:
example-get-web = From a web server, and check what came:
example-get-tutorial = From the tutorials' file server, into a file of another name:
example-relay-watch = Watch what a client and a server on this machine say to each other:
example-relay-modbus = Between a Modbus master and its device, message by message, kept in a log:
example-relay-bad = As if the server were far away, the same for the same seed:
example-relay-api = In the place of toxiproxy, for tests that use its client libraries:
example-guess-file = How are these bytes cut into messages?
example-guess-hex = The same for bytes that were copied as hex:
example-guess-listen = Wait for a device and study what it sends:
example-check-line = See whether a line server survives every cut of "hello":
example-check-header = The same of a server with a length before each message:
example-check-ci = In CI, with a report:
example-check-device = A device that connects to us:
example-probe-port = Is that port answering?
example-probe-redis = Does Redis answer, not only listen?
example-probe-modbus = Does a Modbus meter answer with a good frame?
example-probe-metrics = Report to Prometheus and to Zabbix until it is stopped:
example-probe-many = Watch many for ever, and run a script when one changes:
example-probe-udp = Does a DNS server answer?
example-run-save = Save a command as a job, and run it:
example-run-all = Run every job of the file, together:
example-run-one = Run one of them, as if it had been typed:
example-explain-rst = See why a connection was reset:
example-explain-word = In the words of the trade, or of a message:
example-explain-all = Read all of it:
example-limits-read = Read them:
example-limits-flag = Find the one that a flag changes:
example-limits-program = Take them into a program:
example-schema-read = Read what the fields of an event mean:
example-schema-check = Hold a log to it (with check-jsonschema, say):
example-completions-bash = bash:
example-completions-zsh = zsh (in a folder of $fpath):
example-completions-fish = fish:
example-man-read = Write them into a folder and read one:
example-man-self = For yourself:
example-man-all = For everybody on this machine:
example-top-connect = say hello, print the answer
example-top-echo = echo to every client
example-top-type = type the answers yourself
example-top-serve = offer a folder for download
example-top-get = fetch a file from one
explain-list = What 'sockeye explain WORD' tells of:
explain-see = See also: { $keys }
explain-nearest = there is nothing on '{ $word }'; the nearest is { $key }:
explain-unknown = there is nothing on '{ $word }'; 'sockeye explain' lists what there is
explain-pointer = ({ $command })
where-where = Where:
where-tcp = TCP; a bare port is this machine, v4 and v6; a service of /etc/services is a port: HOST:http
where-v6 = IPv6 goes in brackets
where-all = every interface, to listen on
where-udp = UDP; with ?iface=NAME, ?join, ?broadcast, ?ttl=N, joined by & where there are several
where-unix = a Unix socket; unix:@name is an abstract one
where-port-zero = Port 0 lets the system choose when listening; the real port is shown.
addresses-notes = HOST and PORT may stand apart: sockeye connect 10.0.0.7 8888, and so for listen. A bare port or :PORT is this machine: connect tries 127.0.0.1 and {"["}::1], listen binds both. Others can reach a listener at 0.0.0.0:PORT, {"["}::]:PORT or '*:PORT'. As a target 0.0.0.0 is this machine.
dialect-how = How it may be asked, told apart by the first bytes [default: all]:
dialect-sockeye = our own protocol (docs/PROTOCOL.md), which sockeye get speaks: it lists, resumes and verifies
dialect-http = GET and HEAD for curl, wget and browsers: ranges, ETag, listings and ?json
dialect-name = the tutorials': a bare name, ended by a pause of { $pause }, a newline or a FIN; the answer is the bytes and a close, or the single byte 1 and a close
help-framings = How the stream is cut into messages, and how messages are joined:
help-checksums = A checksum that is appended to every message sent and verified on every message received; a bad one is shown and counted. ,be or ,le behind the name is the order of its bytes, ,skip=N leaves the first N bytes of a message uncovered. 'sockeye help checksums' tells more (crc16-ccitt is KERMIT). The names:
help-charsets = How bytes read as text, and how text becomes bytes. Every label of the WHATWG Encoding Standard is known, and names such as cp936; these are listed:
help-faults = Damage on purpose; several work one after the other. Every one takes dir=up or dir=down (up is from client to server) and chance=P (0 to 1, drawn for each conversation):
help-replies = What it answers to every message (without framing: to every read). Without --reply you type the answers; /help shows how.
help-in-template = In a TEMPLATE:
topic-framing = how a stream is cut into messages (--frame)
topic-checksums = what rides at the end of a message (--checksum)
topic-charsets = how bytes read as text (--charset)
topic-replies = what a server answers (--reply)
topic-rules = files of answers (--reply rules:FILE)
topic-edits = files of edits of messages on their way (relay --edit FILE)
edits-what = A file of edits is TOML: { $command }
edits-each = In each {"[[rule]]"}: one condition, as in a rules file (equals, prefix, contains, regex, hex), and what becomes of a message that meets it:
edits-notes = The first rule that fits is followed. A message that none fits goes on as it came, its framing and checksum too, and so does what is no message. What replaces or follows one is framed like all others, with a checksum of its own.
topic-templates = what is filled in: {"{counter}"}, {"{time}"} …
topic-faults = damage on purpose (--fault)
topic-addresses = where to talk and to listen
topic-units = durations and sizes
topic-exit-codes = what the program ends with
framing-given = What --send and the keyboard give with len=:
framing-given-plain = The length first: the payload alone, and that is what is shown.
framing-given-offset = Bytes before the length mean something, so a message is the whole frame, with anything (zeros) where the length goes; it is filled in. modbus-tcp is such a framing:
framing-given-strip = Takes the first N bytes off what comes, and puts zeros there on sending, but for the length. With strip of the whole header a message is the payload alone again:
framing-notes = HEX is digits, two a byte, with or without spaces: 0d0a, '0D 0A'. idle=MS is in milliseconds. Nothing longer than --max-frame (16MiB) is taken or sent.
checksum-high-first = { $size }, high byte first
checksum-low-first = { $size }, low byte first
checksum-also = { $about }; also { $names }
checksums-what = A checksum is appended to every message sent and verified on every message received; a bad one is shown and counted, and the message is not acted on.
checksums-order = high or low byte first, where the device does not do what is usual
checksums-skip = the first N bytes of a message are not covered
checksums-ccitt = What manuals call CRC-CCITT is one of three:
checksums-kermit = the catalogue's: KERMIT (starts at 0000, reflected)
checksums-false = starts at FFFF, not reflected; most manuals mean this one
checksums-xmodem = starts at 0000, not reflected
checksums-tell-apart = The checksum of 123456789 tells them apart: 2189, 29b1, 31c3.
checksums-names = Names, in which case and hyphens do not count:
rules-what = A rules file is TOML: { $command }
rules-top = At its top:
rules-each = In each {"[[rule]]"}: one condition, and what to do:
rules-groups = In a regex's reply $0 is what matched, $1 to $9 its groups, and $$ a dollar.
templates-where = Filled in where an answer or something said again is sent (--reply text:, the replies of rules, --send, /every):
templates-notes = {"{text}"}, {"{hex}"}, {"{len}"} and {"{peer}"} are of the message that is answered, so --send has none of them. Other braces are themselves in --send; in an answer a name that is not known is a mistake. {"{{counter}"} is the text {"{counter}"}. In a regex rule's reply $1 to $9 are its groups.
faults-up = only what the client sends (as dir=up does)
faults-down = only what the server sends
faults-aliases = The names of toxiproxy are understood too: slicer, limit_data, slow_close; reset_peer=500ms is reset=0,after=500ms, and timeout=1s is stall=0,close=1s.
faults-seed = All chance comes from --seed N: the same seed damages the same bytes again. Without one a seed is drawn, and shown.
units-durations = Durations (--wait, --every, --retry-delay, --idle-timeout …):
units-also = also us, ns and d
units-seconds = a bare number is seconds
units-sizes = Sizes (--max-frame, --rate of serve …):
units-bytes = a bare number is bytes
units-1024 = times 1024
units-1000 = times 1000
