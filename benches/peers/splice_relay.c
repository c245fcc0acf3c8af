/* A bare splice loop, the least that a relay can cost: one connection at a time, from the client to the target alone, its end
 * passed on. `splice_relay HOST PORT TARGETPORT` says which port it got. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#define PIECE (256 * 1024)

int main(int argc, char **argv)
{
    check(argc == 4, "splice_relay HOST PORT TARGETPORT");
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))}, there = here;
    check(inet_pton(AF_INET, argv[1], &here.sin_addr) == 1, "host");
    there.sin_addr = here.sin_addr;
    there.sin_port = htons(atoi(argv[3]));
    socklen_t size = sizeof here;
    int ear = socket(AF_INET, SOCK_STREAM, 0), ends[2];
    check(bind(ear, (struct sockaddr *)&here, sizeof here) == 0 && listen(ear, 64) == 0, "listen");
    getsockname(ear, (struct sockaddr *)&here, &size);
    printf("port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    check(pipe2(ends, O_CLOEXEC) == 0, "pipe");
    fcntl(ends[1], F_SETPIPE_SZ, PIECE);
    for (;;) {
        int client = accept(ear, NULL, NULL), target = socket(AF_INET, SOCK_STREAM, 0);
        check(client >= 0 && connect(target, (struct sockaddr *)&there, sizeof there) == 0, "connect");
        ssize_t n;
        while ((n = splice(client, NULL, ends[1], NULL, PIECE, SPLICE_F_MOVE)) > 0) {
            while (n > 0) {
                ssize_t done = splice(ends[0], NULL, target, NULL, n, SPLICE_F_MOVE);
                check(done > 0, "splice");
                n -= done;
            }
        }
        close(target);
        close(client);
    }
}
