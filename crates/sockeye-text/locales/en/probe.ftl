# What probe says: how a target is, why, and what to try.

probe-state-open = open
probe-state-refused = refused
probe-state-timeout = timed out
probe-state-unreachable = unreachable
probe-state-prohibited = prohibited
probe-state-unresolved = not resolved
probe-state-reset = reset
probe-state-local = not tried
probe-state-answered = answered
probe-state-closed = closed
probe-state-silent = silent
probe-state-unexpected = unexpected answer
probe-answered-in = answered in { $time }
probe-connected-in = connected in { $time }
probe-resolved-in = resolved in { $time }
probe-after = after { $time }
probe-then-reset = then reset at once
probe-down-since = { $target } is down ({ $state }) since { $since }, after { $lasted } up
probe-up-since = { $target } is up since { $since }, after { $lasted } down
probe-otherwise = { $target } is in another state: { $state }, no longer { $was }
probe-why = {"  "}why: { $why }
probe-total = { $target }: { $sent } tried, { $up } up, { $down } down ({ $loss }%)
probe-total-local = { $line }, { $count } not made by this machine
probe-total-times = { $line }, min { $min } p50 { $p50 } p99 { $p99 } max { $max }
probe-total-jitter = { $line } jitter { $jitter }
probe-total-outage = { $line }, longest outage { $time }
probe-total-down = { $line }, down since { $since }
probe-column-state = state
probe-column-last = last
probe-column-loss = loss
probe-column-since = since
probe-column-target = target
probe-more = { $count ->
    [one] 1 more target
   *[other] { $count } more targets
}: { $up } up, { $down } down
probe-down = { $tried ->
    [one] the target is down
   *[other] { $down } of { $tried } targets are down, this one first
}
probe-none-resolved = { $count ->
    [one] its name has no address
   *[other] none of { $count } names has an address
}
probe-not-tried = { $tried ->
    [one] this machine could not try it
   *[other] this machine could not try { $count } of { $tried } targets
}
probe-resolver = { $words } (asked: { $servers })
probe-in-turn = there are more targets than can be tried at once ({ $count }, by the limit of open files): they take turns, so intervals may be longer
probe-too-many-targets = at most { $most } targets
probe-no-targets = no target: the files name none
probe-long-file = { $file }: longer than { $size }
probe-file-no-text = { $file }: is no UTF-8 text
gap-suspended = nothing was tried for { $time }: the machine was suspended
gap-stopped = nothing was tried for { $time }: the process was stopped, or got no time
clock-set-back = the clock was set back by { $time }; intervals do not go by it
clock-set-forward = the clock was set forward by { $time }; intervals do not go by it
hook-failed = the program of --on-change for { $target }: { $detail }
hook-code = it ended with exit code { $code }
hook-killed = it was killed by a signal
hook-late = it was still running after { $time } and was killed
probe-no-interval = without a pause between attempts a target would be flooded
hook-open-quote = a quote ({ $quote }) is not closed
hook-open-backslash = nothing stands behind the last backslash
hook-no-program = names no program

# Why.

cause-nobody-listens-here = nobody on this machine listens on that port
cause-nobody-listens-here-but = nobody on this machine listens on that port; these listen: { $listeners }
cause-listens-elsewhere = somebody listens on that port of this machine, but not at this address: { $listeners }
cause-nobody-listens = the host is up and answered with a reset (RST): nobody listens on that port
cause-firewall-rejects = { $from } says by ICMP: { $kind }. A host without a listener would send a reset (RST): a firewall rejects this
cause-no-unix-socket = there is no such socket
cause-unix-abandoned = the socket is there, but nobody listens to it: what a server leaves behind that was killed
cause-unix-forbidden = this user may not open the socket
cause-self-connected = nobody listens: the system gave us that very port, and our socket was connected to itself
cause-no-reply = nothing came back, not even a refusal: dropped on the way, or the host is down (sent from { $source })
cause-port-dropped = nothing came back from this port, but others of the same host answer ({ $looked }): this port is filtered
cause-host-silent = nothing came back from the host, while a neighbour answers ({ $looked }): the host is down, or filtered as a whole
cause-network-silent = nothing came back from the host nor from a neighbour of it: the way there is cut, or all of it is filtered (sent from { $source })
cause-backlog-full = whoever listens there accepts nobody: the backlog is full ({ $listeners })
cause-backlog-full-unnamed = whoever listens there accepts nobody: the backlog is full
cause-no-neighbour = the address is in a network of ours ({ $source }), and nobody there answers for it (ARP, neighbour discovery): no such host, or it is off
cause-no-way = { $from } says by ICMP: { $kind }
cause-no-way-unsaid = somebody on the way says that there is no way: { $detail }
cause-forbidden = { $from } says by ICMP: { $kind }
cause-forbidden-unsaid = somebody on the way says that it is not allowed: { $detail }
cause-thrown-out = the connection was accepted and reset at once: a proxy without a server behind it, a full server, or one that does not want us
cause-hung-up = the connection was reset after something was said
cause-ended-silently = the connection was closed in order, without an answer
cause-program-silent = the port is open, but the program is not answering: the system makes connections without it
cause-program-silent-here = the port is open, but the program is not answering: the system makes connections without it ({ $listeners })
cause-speaks-tls = the port speaks TLS, and was spoken to without
cause-other-answer = something else was answered: '{ $got }'
cause-not-framed = what came does not follow --frame: '{ $got }'
cause-checksum-bad = what came has a bad checksum: '{ $got }'
cause-no-such-name = the name has no address: { $detail }
cause-resolver-failed = the resolver did not answer: { $detail }
cause-no-route = this machine knows no way there
cause-no-ports = this machine has no port left to connect from
cause-too-many-files = this process may open no more files (sockets are files)
cause-not-permitted = this machine itself forbids it: a firewall or a route of its own
cause-no-such-source = our end cannot be where --source says: { $detail }
cause-own-failure = this machine could not try it: { $detail }
cause-port-unreachable = { $from } says by ICMP that nobody has that port
cause-port-unreachable-unsaid = nobody has that port
cause-datagram-silent = nothing was answered: UDP does not tell an open port from a filtered one, nor from a service that does not answer this

# What to try.

try-start-server = start the server, or correct the port
try-listen-everywhere = let the server listen at 0.0.0.0 and [::], or probe the address where it listens
try-server-and-port = is the server running there, on this port, and at this address, not only at 127.0.0.1?
try-ask-firewall = ask whoever runs that firewall or router; from another network it may be allowed
try-unix-server = is the server running, and is the path right?
try-unix-rights = look at the owner and the mode of the socket and of the folders above it
try-port-outside = start the server; a port outside net.ipv4.ip_local_port_range cannot meet itself
try-look = --look tries other ports of the host and a neighbour; a longer --timeout tells slow from silent
try-port-firewall = look for a rule that drops this port, on the host and on the way
try-host = is the host on? From a machine beside it: ping it, and look at its firewall
try-way = `ip route get ADDRESS` and `traceroute` show the way, and where it ends
try-accept = look why the program does not accept: stopped, deadlocked, or too slow (`ss -ltn` shows the backlog)
try-neighbour = check the address and the mask; `ip neigh` shows who answered
try-thrown-out = look at the log of the server or proxy: what does it refuse, and is what stands behind it up?
try-server-log = look at the log of the server: does it understand what --send said?
try-program = is the program stopped, deadlocked or overloaded? Does it wait for a line end (--eol lf) or a framing (--frame)?
try-tls = speak TLS to it (`openssl s_client -connect HOST:PORT`), or find its plain port
try-expect = compare with --expect, and --frame if answers have several parts
try-framing = is --frame the framing of that server, and --checksum its checksum? `sockeye guess` finds out
try-resolver = is the resolver reachable? /etc/resolv.conf names it; an IP address needs none
try-descriptors = raise the limit (`ulimit -n`), or try fewer targets at once
try-own-firewall = look at this machine's own rules: `nft list ruleset`, `ip route`
try-source = `ip addr` shows the addresses of this machine
try-own = the words above are the system's
try-datagram = --send what the service answers (for DNS a query, say); a longer --timeout tells slow from silent

# What ICMP messages say.

icmp-net-unreachable = network unreachable
icmp-host-unreachable = host unreachable
icmp-protocol-unreachable = protocol unreachable
icmp-port-unreachable = port unreachable
icmp-net-prohibited = network administratively prohibited
icmp-host-prohibited = host administratively prohibited
icmp-admin-prohibited = communication administratively prohibited
icmp-no-route = no route to destination
icmp-address-unreachable = address unreachable
icmp-policy-failed = source address failed ingress/egress policy
icmp-reject-route = reject route to destination
icmp-time-exceeded = time exceeded in transit
icmp-other = something went wrong
