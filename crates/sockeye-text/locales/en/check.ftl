# What check says: which cuts there are, what they came to, what to look for.

check-listening = listening on { $address }: waiting for the client to connect and to speak first
check-endless = its answer to a whole message never ends
check-endless-hint = check needs a receiver that falls silent after an answer: stop what it sends by itself, or raise --timeout
check-unsteady = its answer to message { $position } was another in a second run, though nothing was cut
check-unsteady-hint = nothing was judged; say with --expect, once for each message, what its answers have in common
check-failed = { $failed } of { $tried } cuts not survived
check-silent = no answer to whole messages, so that nothing can be judged
check-silent-hint = check that --frame is the receiver's framing and that it answers these messages: sockeye connect ADDR --frame … --send …
check-silent-turned = it answers when the bytes of the length come in the other order: its header is read in the byte order of the machine, or --frame has the wrong one (add or drop ,le)
check-no-redial = it did not connect again
check-pass =
    PASS: { $count ->
    [one] 1 cut
   *[other] { $count } cuts
    } survived
check-fail = FAIL: { $failed } of { $tried } cuts not survived
check-no-answer = NO ANSWER: nothing could be judged
check-skipped = { $count } more not tried, since others of their kind had failed
check-smallest = smallest failing cut: { $cut }
check-look-for = look for, in the receiver's code:
check-advice = {"  "}{ $about } (sockeye explain { $name })
cut-described = { $what }, { $message }, { $connection }
cut-described-at = { $what }, { $message }, { $at }, { $connection }
cut-message = message { $number }
cut-from-message = from message { $number } on
cut-at = cut at { $place } of { $bytes }
cut-in = { $bytes } in { $count } pieces
cut-on-fresh = on a fresh connection
cut-on-same = behind whole messages
cut-whole = one message in one write
cut-glued = two messages in one write
cut-split = one message in two pieces
cut-header = a message cut at its header
cut-straddled = a message and a half, then the rest
cut-half-late = three messages and a half, then the rest
cut-half-abandoned = three messages and a half, then a close, and a fresh connection
cut-tail-late = a message whose last byte comes late
cut-bytes = one message byte by byte
cut-chain = messages torn in the middle, halves glued
cut-sent = { $count ->
    [one] sent { $bytes } in one write:
   *[other] sent { $bytes } in { $count } writes:
}
cut-mark = ======== cut, { $gap } ========
cut-early = { $bytes } of the answer came before the last piece was sent
cut-expected = expected { $bytes }:
cut-got = got { $bytes } ({ $what }):
cut-hung-up = it hung up without an answer
cut-hung-up-within = it hung up in the middle of the answer
cut-silent = no answer
cut-too-much = more than the answer
cut-too-little = the answer stops short
cut-other = another answer
apart = pieces { $gap } apart arrive apart here (tried with a receiver of our own)
not-apart = pieces { $gap } apart do not arrive apart here ({ $pieces } came in { $reads }): a pass proves less; raise --gap
one-at-a-time = the receiver serves one connection at a time: so are the cuts tried
remembers = its answers depend on what was said before: the messages before a cut are sent whole each time
answers-only = it answers { $messages } on a connection: cuts of more are not tried
advice-recv-is-message = what one recv brings is taken for one message
advice-header-short = recv(n) of a header is taken for n bytes
advice-body-short = recv(n) of a body is taken for n bytes
advice-length-in-characters = the length counts bytes, and is applied to characters of decoded text
advice-leftover-lost = bytes behind a message are thrown away
advice-delimiter-cut = the delimiter is looked for in each read by itself
advice-chunk-decoding = each read is decoded by itself, and a character of several bytes is cut
advice-first-of-glued = of messages that come together only the first is handled until more comes (if, where while is needed)
advice-native-endian = the length is read in the byte order of the machine, or does not bound what is read
advice-shared-buffer = a buffer outlives its connection
advice-read-timeout = a message that takes a while to come is given up
advice-one-message = only the first message of a connection is read
