# What other sentences are made of.

verbatim = { $words }
joined = { $first }; { $then }

bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}

# A label, and what is said of it; a word that is put in behind a wrong name; a place in a file, with its line.

labelled = { $what }: { $detail }
did-you-mean = {""} (did you mean { $name }?)
placed =
    { $place }: { $problem }
    { $excerpt }

# Counted things of conversations and of files.

messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
reads = { $count ->
    [one] 1 read
   *[other] { $count } reads
}
sends = { $count ->
    [one] 1 send
   *[other] { $count } sends
}
datagrams = { $count ->
    [one] 1 datagram
   *[other] { $count } datagrams
}
segments = { $count ->
    [one] 1 segment
   *[other] { $count } segments
}
answers = { $count ->
    [one] 1 answer
   *[other] { $count } answers
}
rounds = { $count ->
    [one] 1 round
   *[other] { $count } rounds
}
connections = { $count ->
    [one] 1 connection
   *[other] { $count } connections
}
ends = { $count ->
    [one] 1 end
   *[other] { $count } ends
}
conversations = { $count ->
    [one] 1 conversation
   *[other] { $count } conversations
}
events = { $count ->
    [one] 1 event
   *[other] { $count } events
}

toml = { $words }
