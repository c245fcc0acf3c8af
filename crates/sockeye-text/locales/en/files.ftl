# Fetching: what lies where a file is to go.

get-exists-other = it exists, is not the same as the server's, and is not replaced
get-exists = it exists, and is not replaced
get-exists-hint = --force replaces a regular file; -o chooses another name
get-special = something that is no regular file has that name, and is not replaced
get-special-hint = choose another name with -o
get-locked = another run of get is fetching that file
get-foreign = it is no partial file of ours
get-foreign-hint = take it away, or choose another name with -o
get-not-utf8 = names here are UTF-8, and this is not
get-disk-full = { $missing } bytes are to come, and { $free } are free on that disk
get-not-kept = nothing of it is kept: the disk did not take all that came
get-may-be-forgotten = all of it is there and right, but the disk may forget its name; --force fetches it again
get-needs-folder = several files need a folder to go into
get-needs-folder-hint = use --dir DIR
get-many-entries = there are more than { $most } entries in it

# Fetching: what the server has and says.

get-folder = that is a folder
get-folder-hint = -r fetches it with all that is in it, --list shows what that is
get-server-refused-hint = is a server of files running there (sockeye serve), and is the port right?
get-absent = the server has no such file
get-absent-hint = --list shows what it offers, where the server can tell
get-silent = nothing came for { $time }
get-silent-hint = the same command goes on where it stopped; --timeout 2m waits longer
get-unsteady = it changes again and again while it is sent
get-no-listings = this dialect has no listings
get-no-report = it ended without a report
get-no-going-back = what was written to standard output cannot be taken back, and the server cannot go on
get-no-going-back-hint = fetch it into a file with -o FILE
get-ended-early = it ended after { $came } bytes of { $size }
get-sends-more = it sends more than it announced
get-hashing-gone = the hashing thread is gone
get-mismatch-server = the server's BLAKE3 is { $wanted }, and what came has { $found }
get-mismatch = { $flag } is { $wanted }, and what came has { $found }
get-no-http = it does not speak HTTP/1.1: { $detail }
get-redirect-nowhere = it redirects without saying where to
get-redirect-away = it redirects to { $to }, which is not followed
get-redirects = it redirects more than { $most } times
get-folder-http = that is a folder: the server redirects to the same with a '/' behind it
get-folder-http-hint = -r fetches whole folders, of a server that speaks the sockeye dialect
get-encoded = the file comes encoded ({ $encoding }), which was not asked for
get-other-part = it answers with another part: { $range }
get-unknown-part = it answers with another part: it does not say which
get-status = the server answers { $status }
get-no-page = it does not answer LIST with a page
get-no-stat = it does not answer STAT
get-answered-name = it answered '1', as servers do that take a bare name: --dialect name asks so
get-answered-http = it answered in HTTP: --dialect http asks so
get-other-dialect = --dialect http or --dialect name may be what the server speaks
get-busy = the server is busy
get-trouble = the server failed to read it
get-refused = the server refuses (code { $code })
get-cut = the connection ended before the file did
get-part-only = it sends only a part of the file
get-no-get = it does not answer GET with what was asked for
get-ends-early = it ends the file before all of it came
get-no-hash = it does not answer HASH

# What `sockeye serve` says in pages and answers of HTTP.

page-more = more
http-bad-request = 400 Bad Request
http-forbidden = 403 Forbidden
http-not-found = 404 Not Found
http-method-not-allowed = 405 Method Not Allowed
http-request-timeout = 408 Request Timeout
http-head-too-large = 431 Request Header Fields Too Large
http-unavailable = 503 Service Unavailable
http-only-fetching = files are fetched here, by GET and HEAD, and nothing else
http-other-name = this server does not go by the name { $host }; --allow-host { $host } would have it do so
http-is-folder = it is a folder: { $to }
