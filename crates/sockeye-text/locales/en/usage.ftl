# A command line that is not followed.

more-help = For more information, try 'sockeye { $command } --help'.
of-flag = { $flag } '{ $text }': { $why }
cannot-read = cannot read { $path }: { $why }
file-too-large = the file is larger than one message may be ({ $limit } bytes); --max-frame allows more
empty-message = it is at least 1 byte
every-without-send = --every has nothing to send again; add --send TEXT, --send-hex HEX or --send-file FILE
every-zero = --every 0s would send without pause; 1ms is the least
gap-without-messages = --gap is the pause between two messages, and there are not two; add another --send
await-without-messages = --await makes the next message wait for an answer, and there is no next; add a --send, or --every
datagrams-are-read-whole = --read-size: a datagram is read whole or its rest is lost, so this is for TCP and Unix sockets
chat-is-for-listen = --reply chat lets the clients of a server hear each other, so it is for listen
eol-and-frame = --eol (-C) is for raw framing, and --frame { $frame } puts its own ends on messages; leave one of them out
escapes-without-send = -e reads escapes in --send TEXT, and there is no --send
byte-in-template = \x80 to \xff cannot stand beside placeholders such as {"{"}counter{"}"}; send the bytes apart with --send-hex
not-for = { $address } cannot be used here: { $what }
stdio-is-no-peer = standard input and output are no peer; write HOST:PORT, udp://HOST:PORT or unix:/path
once-over-datagrams = --once: a UDP socket has no connections, so there is no first one that could end; leave it out, or listen on TCP
target-port-zero = nobody listens on port 0; write the server's port
target-any = * means every interface, which one can listen on but not connect to; write a host
source-kind = --source and the target must be of one kind (both TCP or both UDP)
files-take-streams = files are served over TCP or a Unix socket; write PORT, HOST:PORT, '*:PORT' or unix:/path
datagrams-have-edges = a datagram comes whole or not at all, so there is nothing to cut; write HOST:PORT or unix:/path
check-needs-speech = check needs something to say: --send TEXT, --send-hex or --send-file
too-many-messages = check takes at most { $most } messages
expect-each = --expect stands { $given } times for { $messages } messages; give it once for each, in their order, or not at all
check-changes = check says the same each time: of the placeholders only {"{counter}"} does
bench-too-many = --connections takes at most { $most }
bench-bulk-says-nothing = --bulk sends bytes of its own: leave --send, --send-hex and --send-file out
bench-bulk-is-raw = --bulk counts bytes: leave --frame and --checksum out
bench-nobody-begins = nobody sends datagrams without being asked: --bulk down is for streams, use up or both
bench-nothing-to-connect = UDP has no connections: leave --connect-rate out, or use --rate
bench-too-long = --size takes at most { $most } bytes
bench-too-short = a datagram carries its number, so that losses can be told: --size takes at least { $least } bytes
bench-nothing-said = an empty message has no bytes that could be answered
bench-changed-by-framing = --frame writes the length into the message, so that a template's echo is never the same: say --expect any, or what has to come
bench-other-medium = it has to be of the same kind as the first target: both datagrams, or both streams
long-to-cut = a message may have at most { $most } bytes here, framing included: it is sent thousands of times
nothing-to-cut = an empty message without framing sends nothing; give it some text, or a --frame
name-dialect-over-unix = --dialect name tells by a reset that a file changed while it was sent, and a Unix socket has none; sockeye and http say it otherwise
rate-zero = at 0 bytes a second nothing is ever sent
patience-zero = 0s would close every connection at once

# Fetching files.

no-digest = write the 64 hexadecimal digits of the hash
no-dialect = '{ $text }' is no dialect; there are sockeye, http and name
name-missing = the NAME of a file is missing: what stands there is empty
bad-name = '{ $name }' is no name of a file: { $why }
nothing-to-get = say what to fetch: one NAME or several, -r for all that is offered, or --list to see what there is
pins-are-for-one = --sha256 and --blake3 say what one file has to be; ask for that one alone
output-is-for-one = -o FILE is for one file; --dir DIR takes several
output-is-folder = -o { $path }: that names a folder; write the file's name too, or use --dir
json-and-data = --json and the file cannot both go to standard output; leave one of them out
no-query = { $address }: a name of a file has no '?' or '#' here; write them as %3F and %23
pattern-and-recursive = -r takes names of folders, and no patterns; leave one of them out
no-listing = --list and -r ask in the sockeye dialect, and the { $dialect } dialect has no listings

# Slips, and what other programs call things.

wide-dash-long = '{ $arg }' begins with '{ $dash }', which is no hyphen; write --{ $flag }
one-hyphen-long = '{ $arg }' has one hyphen, and a long flag has two; write --{ $flag }
wide-dash-short = '{ $arg }' begins with '{ $dash }', which is no hyphen; write -{ $flag }
netcat-listen = sockeye listen PORT stands a server up, with no -l
netcat-port = the port stands in the address: sockeye connect HOST:PORT, sockeye listen PORT
netcat-udp = UDP stands in the address: udp://HOST:PORT
netcat-unix = a Unix socket stands in the address: unix:/path
netcat-host = the address stands by itself: HOST:PORT; without a scheme it is TCP
netcat-scan = to see whether a port answers: sockeye connect HOST:PORT < /dev/null
netcat-keep = sockeye listen takes one client after the other, and several at once, as it is
netcat-time = --connect-timeout 5s is for connecting, --wait 5s for answers
netcat-verbose = what happens is shown as it is; --json tells programs all of it
netcat-numeric = an IP address is never looked up
no-flag-here = there is no flag '{ $flag }' here: { $instead }
no-command-but = there is no command '{ $word }'; { $instead }
to-listen = to stand a server up: sockeye listen PORT
to-listen-or-serve = to stand a server up: sockeye listen PORT (to offer a folder for download: sockeye serve DIR)
to-connect = to talk to a server: sockeye connect HOST:PORT
to-serve = to offer a folder for download: sockeye serve DIR
to-get = to fetch a file: sockeye get HOST:PORT NAME
to-version = for the version: sockeye --version
loose-word = '{ $word }' stands alone behind the address; { $instead }
send-word = to send it: --send '{ $word }'
quotes-needed = what has blanks in it stands in quotes: --send 'hello world', --send-hex '01 03', --reply 'text:thank you'
reply-word = to answer so: --reply { $word }
address-as-command = '{ $address }' is an address, and what to do there is missing: sockeye connect { $address } talks to a server, sockeye listen { $address } stands one up
unspecified-target = { $host } is no machine's address: as a target it means this machine ({ $means })
full-width = it has full-width characters, as an input method writes them; write { $plain }
no-service-but = '{ $name }' is no port and no known service; did you mean { $near }?
no-service = '{ $name }' is no port (0 to 65535) and no service of /etc/services
service-of = '{ $name }' is a service of { $of }, not of { $asked }; write { $of }://, or the port's number
warn-amplifies = warning: --allow-amplification: whoever forges a source address can make this server send others much more than was sent here; use it only where everybody who can reach it is trusted

# Job files.

value-not-utf8 = { $key } is not UTF-8, which a job file has to be: { $value }
no-job-file = { $file } is no job file: { $why }
cannot-write = cannot write { $path }: { $why }
job-saved = saved as job { $name }; to run it: sockeye run { $file } { $name }
wants-job-table = { $key } wants a table: [job.NAME]
wants-table = { $key } wants a table
wants-job-name = { $key } wants the name of a job in quotes
wants-text = { $key } wants a text in quotes
wants-scalar = { $key } wants a text in quotes or a number
wants-switch = { $key } wants true or false
wants-values = { $key } wants a text, a number or a list of them
wants-list-item = { $key } wants in its list a text, or one other flag, as in {"{"} send-hex = "01" {"}"}
jobs-are-tables = job is no table
no-job-command = this job has no command; write command = "…", one of { $commands }
no-such-job-command-but = no job has the command '{ $name }'; did you mean { $near }?
no-such-job-command = no job has the command '{ $name }'; there are { $commands }
no-such-key-but = { $command } has no '{ $key }'; did you mean { $near }?
no-such-key = { $command } has no '{ $key }'; its keys are the long flags of sockeye { $command } --help
not-in-one-list = { $other } has no place in the list of { $key }; write it as a key of its own
no-such-table = '{ $key }' means nothing here; a job file has [job.NAME] tables and [quick]
no-jobs = { $file } has no job; write [job.NAME] and command = "listen", or save one with --save
no-such-job-but = { $file } has no job '{ $name }'; did you mean { $near }?
no-such-job = { $file } has no job '{ $name }'; there are { $known }
never-listens = { $name } is a { $command }, which never listens: only listen and serve do
after-itself = { $name } comes after itself: the jobs wait for each other
no-log = --log-format and --log-max say how --log is written; add --log FILE
