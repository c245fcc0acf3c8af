# Failures as they are told, and what to try.

error = error: { $what }
error-at = error: { $address }: { $detail }
try = {"  "}try: { $hint }
not-utf8 = stream did not contain valid UTF-8
peer-reset = the peer reset the connection (RST)
cut-short = the peer went away after { $rounds }
cut-short-of = the peer went away after { $rounds } of { $of }
half-said = the peer went away after { $said } of { $of }
unanswered = no answer to the last of { $said } messages said, of { $of }
ended-unsent = the conversation ended with { $bytes } unsent
other-framing-hint = does the peer speak this --frame? without one everything is shown as it comes
wait-longer-hint = --wait 10s waits longer
no-answer-unasked-hint = nothing was sent: does the server speak first?
no-answer-datagram-hint = UDP tells of nothing that is lost: is a server there, and does it answer this?
no-answer-backslashes-hint = backslashes went out as they are: -e reads \r \n \xNN in --send
no-answer-framed-hint = does the server speak this --frame?
no-answer-line-hint = does the server expect a framing (--frame)?
no-answer-bare-hint = does the server expect a line end (--eol lf, -C) or a framing (--frame)?
answers-damaged = every answer had a bad checksum (--checksum { $checksum })
no-answer = no answer came
no-whole-message = { $bytes } came, but no whole message by --frame { $framing }
answer-empty = what came was empty
came-instead = what came ends in '{ $text }'
expect-unmet = --expect '{ $expected }' was not met: { $instead }
refused-unix-hint = is a server running there, and is the path right? --retry 5 waits for one that is starting
refused-hint = is a server running there, and is the port right? --retry 5 waits for one that is starting
unreachable-hint = is this machine on that network? `ip route` shows the ways
timeout-hint = a firewall may drop what is sent there; --connect-timeout 30s waits longer
name-not-resolved-hint = check the spelling, or write an IP address
nothing-listens-hint = nothing listens on that port; start the server first
address-not-available-hint = that address is none of this machine's; `ip addr` shows those
dialect-hint = --dialect says how the server is asked, if it is another kind of server

# Conversations.

faults = faults on purpose: { $specs }; --seed { $seed } repeats them
opened = opened: { $peer } (our end { $local })
opened-ready = ready to send to { $peer } (our end { $local })
opened-heard = first datagram from { $peer } (our end { $local })
sender = { $bytes } from { $from }
ended-in = peer closed (FIN): it sends no more
ended-out = half-closed (FIN sent): we can still receive
closed-by-peer = closed: the peer was first to close (FIN)
closed-datagrams = closed: our end is over
closed-by-us = closed: we were first to close
closed-peer-reset = closed: peer reset (RST)
closed-reset = closed: reset by us (RST)
closed-idle = closed: nothing came for the idle limit (--idle-timeout)
closed-displaced = forgotten to make room for another peer (--max-connections)
closed-refused = closed: the peer broke the framing, a limit or a rule
closed-too-slow = closed: the peer read too slowly
closed-stopped = closed: by us, since sockeye is ending
closed-failed = closed: sending or receiving failed

# What passed; each of the later ones is added to those before it.

traffic = in { $bytes_in } / { $came }, out { $bytes_out } / { $went }, { $time }
traffic-bad-checksums = { $traffic }, { $count ->
    [one] 1 bad checksum
   *[other] { $count } bad checksums
}
traffic-bad-lengths = { $traffic }, { $count ->
    [one] 1 frame with an impossible length
   *[other] { $count } frames with an impossible length
}
traffic-bad-tails = { $traffic }, { $count ->
    [one] 1 frame without its tail
   *[other] { $count } frames without their tail
}
traffic-bad-escapes = { $traffic }, { $count ->
    [one] 1 frame with a broken escape
   *[other] { $count } frames with broken escapes
}
traffic-skipped = { $traffic }, { $bytes } passed over
traffic-suppressed = { $traffic }, { $count ->
    [one] 1 suppressed answer
   *[other] { $count } suppressed answers
}
traffic-dropped = { $traffic }, { $count ->
    [one] 1 dropped message
   *[other] { $count } dropped messages
}
traffic-unsent = { $traffic }, { $count ->
    [one] 1 unsent byte
   *[other] { $count } unsent bytes
}
traffic-turned-away = { $traffic }, { $count } turned away
traffic-reset = { $traffic }, { $count } reset

# What happened to messages.

sticky-part = one read carried part of a message ({ $bytes }; { $kept } kept until the rest comes)
sticky-one-and-part = one read carried 1 message and part of the next ({ $bytes }; { $kept } kept)
sticky-many = one read carried { $count } messages ({ $bytes }): TCP has no message boundaries
sticky-many-and-part = one read carried { $count } messages and part of the next ({ $bytes }; { $kept } kept)
checksum-short = bad checksum: the message is too short to carry one of { $bytes }
checksum-bad = bad checksum: { $found } came where { $expected } would be right
fault-latency = fault latency ({ $way }): from byte { $offset } on all comes { $late } later
fault-bandwidth = fault bandwidth ({ $way }): { $bytes } a second pass
fault-slice = fault slice ({ $way }): cut, a piece of { $bytes } from byte { $offset } on
fault-glue = fault glue ({ $way }): what comes within { $time } is one piece
fault-cut = fault cut ({ $way }): ended (FIN) after { $bytes }; the rest is swallowed
fault-reset = fault reset ({ $way }): the conversation is reset (RST) after { $bytes }
fault-stall = fault stall ({ $way }): nothing passes any more after { $bytes }
fault-slow-close = fault slow-close ({ $way }): the end (FIN) comes { $late } later
fault-refuse = fault refuse: the conversation is reset (RST) at its opening
fault-slow-accept = fault slow-accept ({ $way }): nothing passes for { $time } after the opening
fault-corrupt = fault corrupt ({ $way }): byte { $offset } was { $before } and is { $after }
fault-drop = fault drop ({ $way }): datagram { $number } is lost
fault-duplicate = fault duplicate ({ $way }): datagram { $number } comes twice
fault-reorder = fault reorder ({ $way }): datagram { $number } comes after the next one
fault-truncate = fault truncate ({ $way }): { $bytes } cut off the datagram that begins at byte { $offset }
fault-edit = rule { $number } of the edits acted on the message at byte { $offset } ({ $way })
fault-other = fault { $name } ({ $way }), from byte { $offset } on: { $amount }

# What faults came to.

tally-drop = dropped { $acts } of { $of } ({ $way }), seed { $seed }
tally-duplicate = duplicated { $acts } of { $of } ({ $way }), seed { $seed }
tally-reorder = reordered { $acts } of { $of } ({ $way }), seed { $seed }
tally-truncate = truncated { $acts } of { $of } ({ $way }), seed { $seed }
tally-corrupt = corrupted { $acts } of { $of } ({ $way }), seed { $seed }
tally-other = { $name } acted { $acts ->
    [one] once
   *[other] { $acts } times
} on { $of } ({ $way }), seed { $seed }

suppressed-rate = { $answers } to { $peer } not sent: more than --rate allows
suppressed-service-port = { $answers } to { $peer } not sent: the question came from the port of a service (below 1024)
suppressed-own-address = { $datagrams } from our own address ({ $peer }) not taken
more = (+{ $bytes })
past-framing = (past the framing)

# What the kernel knows of a connection: names in a column.

info = socket
info-nothing = the system tells nothing about this socket
info-state = state
info-rtt = RTT
info-rtt-variation = RTT variation
info-rto = RTO
info-cwnd = cwnd
info-mss = MSS
info-retransmits = retransmits
info-unacked = not acknowledged
info-send-queue = in the send queue
info-unsent = of that, not sent
info-recv-queue = waiting to be read
info-send-buffer = send buffer
info-recv-buffer = receive buffer
info-congestion = congestion control

# Jobs and their logs.

of-job = { $job }: { $text }
not-begun = not begun: it comes after { $other }, which did not listen
log-stuck = it takes nothing; what came last is not in it
the-log = the log
standard-output = standard output
the-runtime = the runtime
system-refuses = the system refuses what it needs
log-missed = { $events } missing here, from number { $first } on: the log could not be written fast enough

# Listeners.

listening = listening on { $address }
listening-for = listening on { $address }, relaying to { $target }
reach-this-machine = {"  "}only this machine can reach it
reach-unspecified = {"  "}only this machine can reach it; to open it to others: sockeye { $command } { $scheme }0.0.0.0:{ $port }{ $target }  (or '{ $scheme }*:{ $port }')
reach-group = {"  "}what is sent to the group { $group } is heard, from whichever network reaches here: sockeye connect udp://{ $group }:{ $port }
reach-everybody = {"  "}everybody who can reach this machine can connect (--allow CIDR, --deny CIDR)
reach-listed = {"  "}only those of --allow can connect; all others are turned away
reach-from-there = {"  "}from another machine: sockeye connect { $scheme }THIS-MACHINE:{ $port }  or: nc { $udp }THIS-MACHINE { $port }
open-to-all = warning: { $address }: everybody who can reach this machine can connect (--allow CIDR, --deny CIDR)
open-to-all-files = warning: { $address }: everybody who can reach this machine can read what is offered (--allow CIDR, --deny CIDR)

# Notices.

stranger = { $bytes } from { $from }, who is not the peer: not taken
at-limit = at the limit of { $connections }: later ones wait until one ends
turned-away = { $peer } was turned away (--allow, --deny)
turned-away-full = { $peer } was turned away: { $count ->
    [one] 1 connection is
   *[other] { $count } connections are
} open already (--max-connections, --full refuse)
accept-failed = cannot accept just now: { $detail }; trying again
attempt-failed = attempt { $attempt } failed: { $failure }; trying again
reconnecting = { $failure }; trying again until it connects
no-such-conversation = there is no conversation #{ $conn }; /list shows those there are
unfinished = { $bytes } never became a message: { $shown }
skipped = { $bytes } belonged to no message and were passed over; it went on at byte { $at }
port-unreachable = nobody listens at { $peer } (ICMP port unreachable)
unsent-nobody = { $bytes } not sent: nobody is connected
unsent-ended = { $bytes } not sent: our direction of this conversation is over
cut-character = the character { $text } was cut by the edge between two reads: { $before } of its { $bytes } came with the one before
gave-up-pipe = the peer has closed (FIN), and nothing came from standard input for { $time }: it is not read any more
gave-up-operator = the peer has closed (FIN), and nothing was typed for { $time }: our direction ends too
no-fin = UDP has no FIN: nothing was sent, the peer learns nothing of it, and both sides can go on
no-reset = UDP has no RST: nothing was sent, and the peer learns nothing of it; only our end is over
reset-unread = reset by the peer (RST): it had closed and did not read our answer
no-rule = no rule fits this: nothing is answered (equals compares all of a message, a line end in it too)
glued = a read is not a message: what was sent in pieces may come together (粘包); --frame says where messages end
reads-as = this reads as { $name }: --charset { $charset }
nobody-connected = nobody is connected
members = { $count } connected

# A server of files: what it offers, and how each request ended.

offering = {"  "}offering { $folder }
reach-unix-path = {"  "}only your own programs (its mode is 0600), and root's, can reach it
reach-unix-abstract = {"  "}every program of this machine can reach it
fetch-here = {"  "}to fetch a file, type:
fetch-there = {"  "}to fetch a file, type there:
offer-unspecified = {"  "}only this machine can reach it; to open it to others: --listen 0.0.0.0:{ $port }  (or '*:{ $port }')
offer-everybody = {"  "}everybody who can reach this machine can read it (--allow CIDR, --deny CIDR)
this-machine = THIS-MACHINE
under-way = { $count ->
    [one] 1 file
   *[other] { $count } files
} under way  { $rate }/s
served = { $dialect }: { $asked }: { $how }
served-why = { $dialect }: { $asked }: { $how }: { $why }
asked = { $ask ->
    [get] get
    [stat] look at
    [list] list
    [hash] hash
   *[unclear] request
}
asked-of = { $ask ->
    [get] get
    [stat] look at
    [list] list
    [hash] hash
   *[unclear] request
} '{ $name }'
asked-folder = { $ask ->
    [list] list
   *[stat] look at
} the folder itself
asked-nothing = { $ask ->
    [hash] hash
   *[get] get
} nothing
asked-from = { $asked } from byte { $offset }
served-done = { $sent } in { $time }
served-unchanged = the asker has it already
served-absent = there is nothing there to offer
served-malformed = refused
served-unclear = refused: it cannot be understood
served-cut = refused: it ended before it was whole
served-too-long = refused: it is longer than a request may be (sockeye limits)
served-method = method not allowed (405)
served-not-offered = nothing that is done here
served-moved = it is a folder; redirected to the same name with a '/' behind it
served-refused = not a name of this server; --allow-host NAME makes it one
served-late = not complete after { $time }
served-out-of-range = not the part or the state that there is
served-changed = the file changed while it was sent; { $count ->
    [one] 1 byte is
   *[other] { $count } bytes are
} void
served-busy = too much to do just now
served-stalled = given up: the asker stopped reading after { $sent }
served-gone = the asker went away after { $sent }, { $time }
served-unread = the file could not be read after { $sent }
served-stopped = stopped after { $sent }

# Files that are fetched.

progress = { $name }  { $percent }% of { $whole }  { $rate }/s  { $left } left
progress-waiting = { $name }  { $percent }% of { $whole }  { $rate }/s  waiting
progress-endless = { $name }  { $done }  { $rate }/s
fetch-resumed = { $name }: going on behind { $count ->
    [one] 1 byte that is
   *[other] { $count } bytes that are
} here already
fetch-anew = { $name }: { $why }; starting again from the beginning
anew-changed = the file changed at the server
anew-damaged = the partial file is not what was received
anew-unknown = nothing is known of the partial file
anew-foreign = the partial file is of another server or name
anew-no-resume = the server cannot go on in the middle
fetched-verified = { $to }: { $bytes }, verified (BLAKE3 { $hash })
fetched-pinned = { $to }: { $bytes }, as pinned (BLAKE3 { $hash })
fetched-unverified = { $to }: { $bytes }, not verified by the server (BLAKE3 { $hash })
bytes-already = { $count ->
    [one] 1 byte that was
   *[other] { $count } bytes that were
} here already
fetched-all = { $count ->
    [one] 1 file
   *[other] { $count } files
} fetched, { $size } in { $time }
here-already = { $count } here already
failures = { $count ->
    [one] 1 failure
   *[other] { $count } failures
}
fetch-kept = { $count ->
    [one] 1 byte is
   *[other] { $count } bytes are
} kept in { $partial }; the same command goes on there

# What is typed at a prompt. In these helps the commands stand in a column.

welcome = type to talk; /help shows the commands
again-leaves = Ctrl-C again leaves; /quit leaves in order
empty-line = an empty line sends nothing: the Enter itself is not sent (--eol lf or crlf puts a line end behind each line)
unknown-command = there is no command /{ $word }; /help shows them, and //{ $word } sends the text
unknown-command-but = there is no command /{ $word }; did you mean /{ $near }? //{ $word } sends the text
not-within = /{ $word } cannot stand in the place of a text; /hex 01 03 can, and //{ $word } is the text with one slash
write-form = write { $form }
write-number = write /{ $word } 3; /list shows the numbers
write-every = write /every 1s TEXT, or /every off
write-pause = write a time of at least 1ms, as in /every 1s TEXT
no-number = '{ $text }' is no number of a conversation; /list shows them
line-too-long = standard input: a line is longer than one message may be ({ $limit } bytes, --max-frame); it was not sent
line-not-sent = standard input: a line was not sent: { $why }
input-unreadable = standard input cannot be read: { $why }
every-started = sending every { $period }; /every off stops it
every-stopped = sending no more
every-lost = sending no more: the conversation that it was for is over
every-not-running = nothing is being sent again and again

# Exit codes.

exit-success = success
exit-other = another failure
exit-usage = the command line cannot be followed
exit-resolve = a name was not resolved
exit-connect = could not connect: refused, unreachable, or it would be a connection to itself
exit-local-write = a local file or standard output could not be written
exit-local-read = a local file or standard input could not be read
exit-timeout = it took too long, or no answer came
exit-range = the server cannot go on where an earlier download stopped
exit-listen = could not bind: the address is in use, or not ours
exit-send = sending failed
exit-receive = receiving failed: the peer reset the connection or broke the framing
exit-absent = the server has no such file
exit-mismatch = a file is not what it has to be: its hash is another
exit-unexpected = something came, and it was not what --expect asked for; check: a cut was not survived; probe: a target is down
exit-privilege = it needs a privilege, as a port below 1024 does
exit-interrupted = stopped by SIGINT with the work undone
exit-terminated = stopped by SIGTERM with the work undone (a listener that drains exits 0)

sum-of-what = nothing to sum: give TEXT, --hex HEX or --file FILE
sum-one-of = give one of TEXT, --hex and --file
sum-all-or-name = --all prints every checksum; leave out the name
sum-too-long = at most { $most } bytes are summed
sum-found-at-end = stored in the last { $size } of a frame
sum-found-before-tail = stored in the { $size } before the tail { $tail }, which all frames share
sum-found-covers = covers a frame from byte { $from }, counted from 0, without its last { $behind }
sum-found-fits = fits { $frames ->
    [one] the one frame there is
   *[other] all { $frames } different frames
}; chance does so at most once in 2^{ $bits } times
sum-cannot-tell-one = cannot tell: no known checksum fits, or one frame is too little to go by; give more, whole and unescaped
sum-cannot-tell = cannot tell: no known checksum fits all frames well enough; give more, whole, unescaped and of one kind
