# What other sentences are made of.

verbatim = { $words }
joined = { $first }; { $then }

bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
