/* Sends datagrams as a loop of send_to does, one call each, as fast as the system takes them.
 *
 * udp_send HOST PORT SIZE SECONDS prints one JSON line: how many a second. Each begins with its number. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: udp_send HOST PORT SIZE SECONDS\n");
        return 2;
    }
    size_t size = (size_t)atoi(argv[3]);
    double seconds = atof(argv[4]);
    char *datagram = malloc(size < 8 ? 8 : size);
    check(datagram != NULL, "malloc");
    memset(datagram, 'x', size);
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    check(inet_pton(AF_INET, argv[1], &there.sin_addr) == 1, "address");
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    check(sock >= 0, "socket");
    uint64_t sent = 0;
    double began = now(), end = began + seconds, time = began;
    for (; time < end; time = now()) {
        for (int i = 0; i < 64; i++) {
            memcpy(datagram, &sent, sizeof sent);
            ssize_t put = sendto(sock, datagram, size, 0, (struct sockaddr *)&there, sizeof there);
            check(put >= 0 || errno == ENOBUFS || errno == EINTR, "sendto");
            sent += put >= 0;
        }
    }
    printf("{\"per_second\": %.0f}\n", (double)sent / (time - began));
    return 0;
}
