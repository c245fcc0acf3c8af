# What is wrong with the form of a command line.

form-unknown-argument = unexpected argument '{ $argument }' found
form-unknown-command = unrecognized subcommand '{ $command }'
form-no-value = a value is required for '{ $argument }' but none was supplied
form-no-such-value = invalid value '{ $value }' for '{ $argument }'
form-bad-value = invalid value '{ $value }' for '{ $argument }': { $why }
form-missing-arguments = the following required arguments were not provided:{ $names }
form-argument-twice = the argument '{ $argument }' cannot be used multiple times
form-argument-conflict = the argument '{ $argument }' cannot be used with { $others }
form-too-many-values = unexpected value '{ $value }' for '{ $argument }' found; no more were expected
form-no-equals = equal sign is needed when assigning values to '{ $argument }'
form-missing-command =
    'sockeye' requires a subcommand but one was not provided
    {"  ["}subcommands: { $names }]
form-not-utf8 = invalid UTF-8 was detected in one or more arguments
form-no-number = write a whole number, 0 or more
form-at-least-one = it is at least 1
form-number-too-large = the number is too large
form-tip = {"  "}tip: { $tip }
form-similar =
    { $count ->
        [one] a similar one exists: { $names }
       *[other] some similar ones exist: { $names }
    }
form-as-a-value = to pass '{ $argument }' as a value, use '-- { $argument }'
form-more = For more information, try '--help'.
