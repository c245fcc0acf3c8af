/* A bare file server: whoever sends a line gets the one file by sendfile(2) and a close. One client at a time, no
 * limits, no errors but fatal ones: the most that can be had out of the kernel. `sendfile_server HOST PORT FILE` */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer.h"

/* Reads to the end of a line; whether there was one. */
static int hear(int peer)
{
    char c = 0;
    while (c != '\n')
        if (read(peer, &c, 1) != 1)
            return 0;
    return 1;
}

static void answer(int peer, const char *path)
{
    int file = open(path, O_RDONLY);
    check(file >= 0, path);
    struct stat about;
    check(fstat(file, &about) == 0, "fstat");
    off_t at = 0;
    while (at < about.st_size)
        if (sendfile(peer, file, &at, about.st_size - at) <= 0)
            break;
    close(file);
}

int main(int argc, char **argv)
{
    check(argc == 4, "sendfile_server HOST PORT FILE");
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    check(inet_pton(AF_INET, argv[1], &here.sin_addr) == 1, "host");
    check(bind(listener, (struct sockaddr *)&here, sizeof here) == 0, "bind");
    check(listen(listener, 64) == 0, "listen");
    socklen_t length = sizeof here;
    check(getsockname(listener, (struct sockaddr *)&here, &length) == 0, "getsockname");
    printf("port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        check(peer >= 0, "accept");
        if (hear(peer))
            answer(peer, argv[3]);
        close(peer);
    }
}
