# Consoles: what is typed while a run goes on, and what it answers.

named = is called { $name } from now on
named-anew = is called { $name } from now on; until now that was #{ $from }
no-such-name = no conversation is called { $name }; /list shows those there are
calling-empty = a name has at least one character, as in: /name 2 boiler
calling-reserved = '{ $name }' is no name: numbers are conversations, and all, last, off and none mean something else
calling-character = '{ $name }' is no name: { $character } cannot be typed in a command, or not be seen (no spaces, commas, # or /)
calling-long = a name has at most { $most } characters, and this one has { $len }
calling-taken = #{ $conn } is called { $name } already; give that one another name first, as in: /name { $conn } OTHER
calling-one = only one conversation can have a name, as in: /name 2 boiler

console-help-connect = what you type is sent when you press Enter; //text sends a leading slash. A command that sends something can stand in the place of a TEXT: /to 2 /every 1s /hex 01 03
console-help-listen = a line goes to those of /use, or else to the client that wrote last, or to all when none has; //text sends a leading slash. A command that sends something can stand in the place of a TEXT: /to 2 /every 1s /hex 01 03
console-help-relay = what can be done while it runs:
console-help-connect-end = Tab completes a command; Ctrl-C clears the line.
console-help-end = Tab completes a command; Ctrl-C clears the line, and leaves on an empty one.
console-to = to these, by number or name
console-all = to everybody
console-hex = bytes as a message
console-raw = bytes as they are, past the framing
console-file = a file's bytes as one message
console-every = again and again, to whom it would go now; {"{"}counter{"}"} {"{"}time{"}"} … are filled in
console-stop = stop that, for one conversation or for all
console-quick = the saved messages; with a NAME, send it; /quick NAME = TEXT saves one, /quick NAME = forgets it
console-use = to whom lines go from now on, whoever speaks; last: to who wrote last
console-name = what a conversation is called; the name works wherever its number does
console-list = who is connected
console-info = what the kernel knows of a connection: RTT, retransmits, buffers
console-half = close our direction (FIN), go on receiving
console-close = close it
console-kick = the same as /close
console-reset = reset it (RST)
console-fault = one more fault, at once (sockeye help faults)
console-faults = which there are
console-clear = none any more; what they hold back passes at once
console-view = how messages are shown from now on
console-charset = how they are read and typed from now on
console-log = log everything into a file from now on; off: no more
console-help = this list
console-quit = stop and leave (Ctrl-D too, but for connect, where that half-closes)

using = lines go to { $to } from now on, whoever speaks; /use last ends that
using-all = lines go to everybody from now on; /use last ends that
using-last = lines go to who wrote last, or to all when nobody has
unsent-gone = { $bytes } not sent: whom /use chose is connected no more; /use another, or /use last
charset-is = messages are read and typed in { $charset } from now on
showing-text = messages are shown as text from now on
showing-hex = messages are shown as hex from now on
showing-both = messages are shown as text and hex from now on
quick-none = there is no saved message '{ $name }'; /quick lists them, and /quick { $name } = TEXT saves one
quick-no-name = '{ $name }' is no name of a saved message: it has 1 to 64 characters and no blanks, as in: /quick ask = /hex 01 03
quick-empty = no messages are saved; /quick NAME = TEXT saves one, and TEXT can be a command: /quick ask = /hex 01 03
quick-saved = { $name } is saved in { $file }; /quick { $name } sends it
quick-forgotten = { $name } is forgotten in { $file }
quick-unsaved = { $name } is not saved: { $file }: { $why }
log-on = logging into { $file }; /log off ends that
log-off = logging no more
log-unturned = the log stays as it was: { $file }: { $why }
every-too-many = { $most } things are being sent again and again already; /stop ends them

stats = in { $inward }; out { $outward }; { $open } open
stats-flow = { $rate }, { $messages }/s, { $errors }
stats-errors = { $count ->
    [one] 1 error
   *[other] { $count } errors
}
stats-off = no figures any more
stats-on = figures every { $period }; /stats off ends that
console-stats = what passes: now, again and again (,clients: for each conversation too), or no more
stats-each = only `clients` can stand behind the comma, as in 1s,clients, not '{ $word }'
stats-period = the shortest time is 100ms

part-head = head { $digits }
part-header = header { $digits }
part-length = length { $digits }
part-body = body { $digits }
part-checksum = checksum { $digits }
part-bad-checksum = bad checksum { $digits }
part-tail = tail { $digits }

console-topic = What is typed at a terminal (or, for listen, with --commands) goes to the peer; from listen to those of /use, or else to the client that wrote last. What begins with a slash is a command; one that sends something can stand in the place of a TEXT: /to 2 /every 1s /hex 01 03
    Saved messages are kept in the job file that a run came from, or in ~/.config/sockeye; lines that were typed are remembered for each kind of session, and not at all with SOCKEYE_HISTORY=off.
console-topic-relay = A relay's console says nothing to either end. It has those of view, charset, log, stats, help and quit, and:
