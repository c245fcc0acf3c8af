# What bench says: seconds, sums, latency, and what a load on other machines needs.

bench-second = { $time }{ $rate } answers/s   p50 { $p50 } p99 { $p99 } max { $max } { $open } open
bench-second-silent = { $time }{ $rate } answers/s   { $open } open
bench-second-bytes = { $time }up { $up }   down { $down }   { $open } open
bench-warm-up = (warm-up)
bench-missing = { $count } missing
bench-errors = { $count } lost with their connection
bench-wrong-answers = { $count } wrong
bench-extra = { $count } unasked
bench-late = { $count } late
bench-reordered = { $count } out of order
bench-unsent = { $count } due and not said
bench-target = { $addr }: { $time } measured
bench-sums = {"  "}{ $rate } answers/s: { $sent } sent = { $answered } answered + { $missing } missing + { $errors } lost with their connection
bench-connects = {"  "}{ $rate } connections/s: { $sent } tried = { $answered } made + { $missing } timed out + { $errors } failed
bench-datagrams = {"  "}{ $rate } datagrams/s: { $sent } sent = { $answered } came through + { $missing } lost
bench-bytes = {"  "}up { $up }, down { $down }
bench-latency = {"  "}latency min { $min }, p50 { $p50 }, p90 { $p90 }, p99 { $p99 }, p99.9 { $p999 }, max { $max }
bench-connect-latency = {"  "}connecting min { $min }, p50 { $p50 }, p90 { $p90 }, p99 { $p99 }, p99.9 { $p999 }, max { $max }
bench-jitter = {"  "}jitter { $time }
bench-connections = {"  "}connections: { $opened } opened, { $lost } lost
bench-lost-by = {"  "}{ $count } messages lost: { $why }
bench-failed-by = {"  "}{ $count } attempts to connect failed: { $why }
bench-exhausted-here = {"  "}{ $count } attempts to connect were given up here: this machine had no port or descriptor left
bench-delayed = {"  "}bench itself fell behind: { $count } messages were said more than 1 ms after they were due, at most { $time } late; this machine's CPU was busy
bench-end-closed = the peer closed the connection
bench-end-reset = the peer reset the connection
bench-end-framing = the framing was broken
bench-end-slow = the peer did not read
bench-end-failed = the system reported an error
bench-kind-refused = refused, nobody listens there
bench-kind-timeout = no answer in time
bench-kind-unreachable = no way there
bench-ratios = the second target compared with the first, over { $rounds } rounds that took turns:
bench-ratio = {"  "}{ $about } × { $value } (spread { $spread })
bench-ratio-rate = answers/s
bench-system = this machine: { $descriptors } descriptors, ports { $ports }, congestion control { $congestion }; seed { $seed }
bench-unknown = unknown
bench-curve = Latency by percentile
bench-exhausted =
    this machine had no port or descriptor left for { $count ->
    [one] 1 connection
   *[other] { $count } connections
    } ({ $asked } asked for)
bench-exhausted-hint = that is no fault of the target: raise 'ulimit -n', ask for fewer --connections, or a lower --connect-rate
bench-no-answer =
    { $count ->
    [one] the only message was not answered
   *[other] none of { $count } messages was answered
    }
bench-wrong = { $wrong } of { $answered } answers were not what was asked for
bench-may-load = { $addr } is not this machine. Put a load on it? (y/N) {""}
bench-declined = nothing was sent: the load was not agreed to
bench-nobody-agrees = it is not this machine, and nobody is there to agree to a load on it
bench-nobody-agrees-hint = say --yes if whoever answers for it has agreed
