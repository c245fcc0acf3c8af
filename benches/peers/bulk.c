/* One end of a bulk transfer. `bulk sink HOST PORT` says which port it got, reads every connection to its end, 256 KiB at a
 * time and touching what it reads, and says `{"bytes":…,"seconds":…}` for each. `bulk source HOST PORT SECONDS` writes for so
 * long, 256 KiB at a time, and ends its direction. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#define PIECE (256 * 1024)

static char piece[PIECE];

static void sink(struct sockaddr_in there)
{
    int ear = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    socklen_t size = sizeof there;
    setsockopt(ear, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(ear, (struct sockaddr *)&there, sizeof there) == 0 && listen(ear, 64) == 0, "listen");
    getsockname(ear, (struct sockaddr *)&there, &size);
    printf("port %d\n", ntohs(there.sin_port));
    fflush(stdout);
    for (;;) {
        int peer = accept(ear, NULL, NULL);
        check(peer >= 0, "accept");
        unsigned long long came = 0;
        double began = 0;
        ssize_t n;
        while ((n = read(peer, piece, PIECE)) > 0) {
            if (came == 0)
                began = now();
            came += n;
        }
        if (came > 0) {
            printf("{\"bytes\":%llu,\"seconds\":%.6f}\n", came, now() - began);
            fflush(stdout);
        }
        close(peer);
    }
}

static void source(struct sockaddr_in there, double seconds)
{
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(peer, (struct sockaddr *)&there, sizeof there) == 0, "connect");
    memset(piece, 'x', PIECE);
    for (double end = now() + seconds; now() < end;)
        check(write(peer, piece, PIECE) > 0, "write");
    check(shutdown(peer, SHUT_WR) == 0, "shutdown");
    check(read(peer, piece, 1) == 0, "the other end");
}

int main(int argc, char **argv)
{
    check(argc >= 4, "bulk sink HOST PORT | bulk source HOST PORT SECONDS");
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
    check(inet_pton(AF_INET, argv[2], &there.sin_addr) == 1, "host");
    if (strcmp(argv[1], "sink") == 0)
        sink(there);
    source(there, argc > 4 ? atof(argv[4]) : 1.0);
    return 0;
}
