/* A plain reader: sends a line, reads 256 KiB at a time to the end, touching what it reads, and says how many bytes
 * came. With a file it writes them there, and syncs them with `sync`. `drain HOST PORT LINE [FILE [sync]]` */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#define PIECE (256 * 1024)

int main(int argc, char **argv)
{
    check(argc >= 4, "drain HOST PORT LINE [FILE [sync]]");
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    check(inet_pton(AF_INET, argv[1], &there.sin_addr) == 1, "host");
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(peer, (struct sockaddr *)&there, sizeof there) == 0, "connect");
    int file = argc > 4 ? open(argv[4], O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    check(argc <= 4 || file >= 0, "open");
    check(write(peer, argv[3], strlen(argv[3])) > 0 && write(peer, "\n", 1) == 1, "write");
    char *piece = malloc(PIECE);
    unsigned long long came = 0;
    ssize_t n;
    while ((n = read(peer, piece, PIECE)) > 0) {
        came += n;
        for (ssize_t done = 0; file >= 0 && done < n;) {
            ssize_t now = write(file, piece + done, n - done);
            check(now > 0, "write");
            done += now;
        }
    }
    check(n == 0, "read");
    if (argc > 5)
        check(fsync(file) == 0, "fsync");
    printf("{\"bytes\":%llu}\n", came);
    return 0;
}
