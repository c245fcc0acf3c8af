# What a relay says: which leg of a conversation something happened on, and what passed.

relay-up = client → target
relay-down = client ← target
relay-up-passed = client ⇒ target
relay-down-passed = client ⇐ target
relay-reached = target reached: { $peer } (our end { $local }), { $time }
relay-ended-client = the client sends no more (FIN), which is passed on
relay-ended-target = the target sends no more (FIN), which is passed on
relay-closed-client = closed: the client was first to close (FIN)
relay-closed-target = closed: the target was first to close (FIN)
relay-reset-client = closed: the client reset it (RST), which is passed on
relay-reset-target = closed: the target reset it (RST), which is passed on
relay-closed-fault = closed: by a fault
relay-closed-reset = closed: reset by a fault (RST)
relay-slow-client = closed: the client read too slowly
relay-slow-target = closed: the target read too slowly
relay-failed-client = closed: the connection to the client failed
relay-failed-target = closed: the target was not reached, the client was reset (RST)
relay-idle = closed: nothing passed for the idle limit
relay-passed = { $why }; to the target { $up }, to the client { $down }, { $time }
relay-lost = { $passed }; { $unsent } that came reached nobody
relay-faults-none = no faults
relay-faults = faults: { $list }
relay-unframed = shown as it comes from here on, since it is not framed as --frame says ({ $detail }); it passes all the same
relay-says-nothing = nothing is sent from here: both ends speak for themselves; /help lists the commands
relay-needs-ends = LISTEN and TARGET are missing: where clients come in, and where they are taken; for example: sockeye relay 9000 127.0.0.1:8888
relay-needs-target = TARGET is missing: where those who connect to { $address } are taken
relay-control-not-unix = --control takes the address of a Unix socket (unix:/path), not { $address }
relay-needs-relay = { $flag } is for the relay of the command line: give LISTEN and TARGET; relays that the API makes get their faults as toxics
relay-api-not-tcp = --api takes a TCP address to listen on (8474, 127.0.0.1:8474), not { $address }
relay-api = listening on { $address } (toxiproxy's API)
relay-api-open = {"  "}everybody who can reach this machine can make relays on it (--allow CIDR, --deny CIDR)
relay-api-warning = warning: { $address }: everybody who can reach this machine can make relays on it (--allow CIDR, --deny CIDR)
relay-edits-need-messages = --edit is about messages, and without --frame there are none in a stream; say how they are cut: --frame line, --frame len=4 …
welcome-relay = /fault SPEC damages what passes; /help shows the commands
