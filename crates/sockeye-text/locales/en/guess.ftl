# What `guess` concludes from captured bytes.

guess-why-byte = { $messages } in a row end where the byte at offset { $offset } says
guess-why-big = { $messages } in a row end where the { $width } bytes at offset { $offset } say, high byte first
guess-why-little = { $messages } in a row end where the { $width } bytes at offset { $offset } say, low byte first
guess-why-ending = { $messages } end with the same bytes, which are nowhere else
guess-why-between = { $messages } stand between the same bytes, with nothing outside of them
guess-why-fixed = { $messages } of { $size } bytes are alike in some places
guess-why-varint = { $messages } in a row end where the varint before them says
guess-why-netstring = { $messages } in a row have their length in digits, a colon, and a comma where it says
guess-why-slip = { $messages } end with c0, and db is always an escape
guess-why-cobs = { $messages } end with a zero to which their own codes lead
guess-why-protocol = all have the form of { $name }
guess-why-checksum = the checksums ({ $name }) are right
guess-why-chance = random bytes do as well once in 2^{ $bits } times

guess-empty = there are no bytes
guess-plain-text = it is text, with nothing that ends a message more than once: sent as it is, or too little of it
guess-even = all { $count } bytes are as evenly spread as chance: encrypted, compressed, or random
guess-few = { $count } bytes are too few for a framing to stand out from chance; capture several messages
guess-nothing-fits = no framing cuts it from its first byte to its last; capture one direction alone, from the beginning of a connection

guess-tls = it begins as TLS does: what is framed is encrypted
guess-packed = it begins as { $kind } does: unpack it first
guess-text-as-length = 0x{ $hex } is '{ $text }': a program that finds a length of { $value } here reads text as a length
guess-big-read-little = with `le` the first length would be { $wrong } instead of { $value }: a program that says so reads the bytes the wrong way round
guess-little-read-big = without `le` the first length would be { $wrong } instead of { $value }: a program that says so reads the bytes the wrong way round
guess-gbk = the text is GBK: add --charset gbk
guess-mojibake = '{ $seen }' is '{ $meant }' in UTF-8 that somebody has read as GBK

guess-dump-no-text = that is no text; without --hex it is studied as it is
guess-dump-line = that is no line of a hex dump

# Its view and its command line.

guess-cannot-tell = cannot tell: { $why }
guess-also = {"  "}(also { $names })
guess-more = and { $messages } more
guess-rest = { $bytes } of an unfinished message at the end
guess-empty-message = (empty)
guess-read-as-hex = { $file } is a hex dump: { $bytes } were read out of it
guess-read-part = only the beginning of { $file } was read: { $bytes }
guess-dump-at = line { $line }: { $why }
guess-listening = listening on { $address }: let a client connect and send; Ctrl-C ends it
guess-captured = captured { $bytes } in { $conversations }, one direction: what the peers sent
guess-takes-streams = guess studies streams: a datagram is a message already
guess-of-what = name a file, pipe the bytes in, or capture them with --listen or --connect
guess-wait-is-for-peers = --wait goes with --listen or --connect
