/* Raw epoll echo server: the yardstick. One thread, level-triggered, one 64 KiB buffer shared by all connections.
 *
 * usage: epoll_echo [HOST [PORT]]      prints `port N`, serves until it is killed
 *
 * It sets no option that the servers compared with it do not set, apart from TCP_NODELAY, which they set as well.
 * What a peer does not take at once is kept for it alone; while something is kept, that peer is not read.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, EVENTS = 1024, DESCRIPTORS = 65536 };

struct kept {
    char *bytes;
    size_t start, length;
};

static char buffer[BUFFER];
static struct kept kept[DESCRIPTORS];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int poll, int operation, int socket, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = socket};
    if (epoll_ctl(poll, operation, socket, &event) < 0) die("epoll_ctl");
}

static int stand(const char *host, int port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) die("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("address");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    if (listen(listener, 4096) < 0) die("listen");
    socklen_t length = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void accept_all(int poll, int listener) {
    int one = 1, peer;
    while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (peer >= DESCRIPTORS) {
            close(peer);
            continue;
        }
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(poll, EPOLL_CTL_ADD, peer, EPOLLIN);
    }
}

static void finish(int peer) {
    free(kept[peer].bytes);
    kept[peer] = (struct kept){0};
    close(peer);
}

static void keep(int poll, int peer, const char *bytes, size_t length) {
    kept[peer].bytes = malloc(length);
    if (!kept[peer].bytes) die("malloc");
    memcpy(kept[peer].bytes, bytes, length);
    kept[peer].start = 0;
    kept[peer].length = length;
    watch(poll, EPOLL_CTL_MOD, peer, EPOLLOUT);
}

static void answer(int poll, int peer) {
    ssize_t got = read(peer, buffer, BUFFER);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        finish(peer);
        return;
    }
    ssize_t put = write(peer, buffer, got);
    if (put < 0 && errno != EAGAIN) {
        finish(peer);
    } else if (put < got) {
        size_t done = put < 0 ? 0 : put;
        keep(poll, peer, buffer + done, got - done);
    }
}

static void go_on(int poll, int peer) {
    struct kept *rest = &kept[peer];
    ssize_t put = write(peer, rest->bytes + rest->start, rest->length - rest->start);
    if (put < 0) {
        if (errno != EAGAIN) finish(peer);
        return;
    }
    rest->start += put;
    if (rest->start < rest->length) return;
    free(rest->bytes);
    *rest = (struct kept){0};
    watch(poll, EPOLL_CTL_MOD, peer, EPOLLIN);
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    int listener = stand(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? atoi(argv[2]) : 0);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) die("epoll_create1");
    watch(poll, EPOLL_CTL_ADD, listener, EPOLLIN);
    static struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int socket = events[i].data.fd;
            if (socket == listener)
                accept_all(poll, listener);
            else if (kept[socket].bytes)
                go_on(poll, socket);
            else
                answer(poll, socket);
        }
    }
}
