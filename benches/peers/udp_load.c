/* Sends datagrams in batches to an echo server and takes the answers in batches, as fast as they come back.
 *
 * udp_load HOST PORT SIZE BATCH SECONDS prints one JSON line. A batch leaves in one call (UDP_SEGMENT), answers come in
 * as few calls as the kernel makes of them (UDP_GRO), and the next batch leaves when all answers to this one are here. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#define ROOM 65536
/* After so long without an answer the rest of a batch counts as lost. */
#define PATIENCE_MS 200

static void send_batch(int sock, const char *bytes, size_t length, uint16_t segment) {
    char control[CMSG_SPACE(sizeof segment)] = {0};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_UDP;
    head->cmsg_type = UDP_SEGMENT;
    head->cmsg_len = CMSG_LEN(sizeof segment);
    memcpy(CMSG_DATA(head), &segment, sizeof segment);
    while (sendmsg(sock, &message, 0) < 0) {
        check(errno == EAGAIN || errno == EINTR || errno == ENOBUFS, "sendmsg");
    }
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: udp_load HOST PORT SIZE BATCH SECONDS\n");
        return 2;
    }
    size_t size = strtoul(argv[3], NULL, 10), batch = strtoul(argv[4], NULL, 10);
    double seconds = strtod(argv[5], NULL);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    check(inet_pton(AF_INET, argv[1], &to.sin_addr) == 1 && size > 0 && batch > 0 && size * batch < ROOM, "arguments");
    int sock = socket(AF_INET, SOCK_DGRAM, 0), on = 1, room = 4 << 20;
    check(sock >= 0, "socket");
    check(connect(sock, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    check(setsockopt(sock, SOL_UDP, UDP_GRO, &on, sizeof on) == 0, "UDP_GRO");
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    static char out[ROOM], in[ROOM];
    for (size_t at = 0; at < sizeof out; at++) {
        out[at] = (char)('a' + at % 26);
    }
    uint64_t messages = 0, lost = 0, calls = 0;
    double began = now(), end = began + seconds;
    while (now() < end) {
        send_batch(sock, out, size * batch, (uint16_t)size);
        size_t due = size * batch;
        while (due > 0) {
            ssize_t got = recv(sock, in, sizeof in, MSG_DONTWAIT);
            if (got < 0 && errno == EAGAIN) {
                struct pollfd wait = {.fd = sock, .events = POLLIN};
                if (poll(&wait, 1, PATIENCE_MS) == 0) {
                    break;
                }
                continue;
            }
            check(got > 0, "recv");
            calls++;
            due -= (size_t)got < due ? (size_t)got : due;
        }
        messages += batch - due / size;
        lost += due / size;
    }
    double took = now() - began;
    printf("{\"rps\": %.1f, \"messages\": %llu, \"lost\": %llu, \"per_call\": %.1f}\n", (double)messages / took,
           (unsigned long long)messages, (unsigned long long)lost, (double)messages / (double)(calls ? calls : 1));
    close(sock);
    return 0;
}
