/* Load generator for echo servers: one thread, epoll, a fixed number of messages on the way per connection.
 *
 * usage: echo_load HOST PORT CONNECTIONS SIZE DEPTH SECONDS [--len4]
 *
 * SIZE is what travels per message, header included; with --len4 the first four of these bytes are the big-endian length
 * of the rest. A fifth of a second of warming up is not counted. At the end no more is sent, everything on the way is
 * awaited, and every byte sent must have come back. One JSON line on stdout: requests a second, the latency from handing
 * a message to the kernel to having read its last byte, and `messages`, all that were answered, warming up included.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, EVENTS = 1024, MICROSECONDS = 2000000 };
static const double WARMING = 0.2, PATIENCE = 10.0;

struct connection {
    int socket;
    uint64_t received;  /* bytes */
    uint64_t answered;  /* messages */
    uint64_t asked;     /* messages handed to the kernel or pending */
    size_t pending;     /* bytes that did not fit into the kernel yet */
    uint64_t *departed; /* ring of `depth` times in ns */
};

static struct connection *connections;
static char buffer[BUFFER], *outgoing;
static uint32_t histogram[MICROSECONDS + 1];
static uint64_t counted;
static int count, size, depth, poll_socket, sending = 1, measuring;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + time.tv_nsec;
}

static void watch(int operation, struct connection *connection, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(poll_socket, operation, connection->socket, &event) < 0) die("epoll_ctl");
}

static int dial(const char *host, int port) {
    int one = 1, sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sock < 0) die("socket");
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(sock, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die("address");
    if (connect(sock, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    return sock;
}

/* Every message has the same bytes, so any stretch of the stream is a stretch of `outgoing`. */
static void prepare(int len4) {
    outgoing = malloc((size_t)size * (depth + 1));
    if (!outgoing) die("malloc");
    for (int i = 0; i < depth + 1; i++) {
        char *message = outgoing + (size_t)i * size;
        for (int j = 0; j < size; j++) message[j] = 'a' + j % 26;
        uint32_t length = htonl(size - 4);
        if (len4) memcpy(message, &length, 4);
    }
}

static void flush_pending(struct connection *connection) {
    size_t offset = (size - connection->pending % size) % size;
    ssize_t put = send(connection->socket, outgoing + offset, connection->pending, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) die("send");
    size_t before = connection->pending;
    if (put > 0) connection->pending -= put;
    if (connection->pending) watch(EPOLL_CTL_MOD, connection, EPOLLIN | EPOLLOUT);
    else if (before && put >= 0) watch(EPOLL_CTL_MOD, connection, EPOLLIN);
}

static void ask(struct connection *connection, int messages, uint64_t time) {
    for (int i = 0; i < messages; i++) connection->departed[connection->asked++ % depth] = time;
    if (connection->pending) {
        connection->pending += (size_t)messages * size;
        return; /* EPOLLOUT goes on */
    }
    ssize_t put = send(connection->socket, outgoing, (size_t)messages * size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) die("send");
    connection->pending = (size_t)messages * size - (put < 0 ? 0 : put);
    if (connection->pending) watch(EPOLL_CTL_MOD, connection, EPOLLIN | EPOLLOUT);
}

static void note(uint64_t nanoseconds) {
    uint64_t microseconds = nanoseconds / 1000;
    histogram[microseconds > MICROSECONDS ? MICROSECONDS : microseconds]++;
    counted++;
}

static void hear(struct connection *connection) {
    ssize_t got = recv(connection->socket, buffer, BUFFER, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) die("recv");
    if (got == 0) {
        fprintf(stderr, "the server closed a connection\n");
        exit(1);
    }
    if (memcmp(buffer, outgoing + connection->received % size, got < size ? got : size) != 0) {
        fprintf(stderr, "the answer is not the question\n");
        exit(1);
    }
    connection->received += got;
    uint64_t whole = connection->received / size, time = now();
    int messages = whole - connection->answered;
    for (uint64_t i = connection->answered; measuring && i < whole; i++) note(time - connection->departed[i % depth]);
    connection->answered = whole;
    if (messages && sending) ask(connection, messages, time);
}

static void turn(int milliseconds) {
    static struct epoll_event events[EVENTS];
    int ready = epoll_wait(poll_socket, events, EVENTS, milliseconds);
    for (int i = 0; i < ready; i++) {
        struct connection *connection = events[i].data.ptr;
        if (events[i].events & EPOLLOUT && connection->pending) flush_pending(connection);
        if (events[i].events & ~EPOLLOUT) hear(connection);
    }
}

static void turn_until(uint64_t end) {
    for (uint64_t time = now(); time < end; time = now()) turn((end - time) / 1000000 + 1);
}

static uint64_t on_the_way(void) {
    uint64_t messages = 0;
    for (int i = 0; i < count; i++) messages += connections[i].asked - connections[i].answered;
    return messages;
}

static double percentile(double share) {
    uint64_t seen = 0, wanted = (uint64_t)(counted * share);
    for (int i = 0; i <= MICROSECONDS; i++)
        if ((seen += histogram[i]) > wanted) return i + 0.5;
    return MICROSECONDS;
}

static void open_connections(const char *host, int port) {
    connections = calloc(count, sizeof *connections);
    if (!connections) die("calloc");
    for (int i = 0; i < count; i++) {
        connections[i].socket = dial(host, port);
        connections[i].departed = calloc(depth, sizeof(uint64_t));
        if (!connections[i].departed) die("calloc");
        watch(EPOLL_CTL_ADD, &connections[i], EPOLLIN);
    }
    for (int i = 0; i < count; i++) ask(&connections[i], depth, now());
}

static void drain(void) {
    sending = measuring = 0;
    uint64_t end = now() + (uint64_t)(PATIENCE * 1e9);
    while (on_the_way() && now() < end) turn(100);
    if (on_the_way()) {
        fprintf(stderr, "%llu messages never came back\n", (unsigned long long)on_the_way());
        exit(1);
    }
}

int main(int argc, char **argv) {
    int len4 = argc == 8 && strcmp(argv[7], "--len4") == 0;
    if (argc != 7 + len4) {
        fprintf(stderr, "usage: echo_load HOST PORT CONNECTIONS SIZE DEPTH SECONDS [--len4]\n");
        return 2;
    }
    count = atoi(argv[3]);
    size = atoi(argv[4]);
    depth = atoi(argv[5]);
    double seconds = atof(argv[6]);
    if (count < 1 || depth < 1 || size < (len4 ? 5 : 1)) {
        fprintf(stderr, "connections, size and depth must be positive\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    prepare(len4);
    poll_socket = epoll_create1(EPOLL_CLOEXEC);
    if (poll_socket < 0) die("epoll_create1");
    open_connections(argv[1], atoi(argv[2]));
    turn_until(now() + (uint64_t)(WARMING * 1e9));
    measuring = 1;
    uint64_t began = now();
    turn_until(began + (uint64_t)(seconds * 1e9));
    double took = (now() - began) / 1e9;
    uint64_t requests = counted;
    drain();
    uint64_t messages = 0;
    for (int i = 0; i < count; i++) messages += connections[i].answered;
    printf("{\"requests\":%llu,\"seconds\":%.3f,\"rps\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"messages\":%llu}\n",
           (unsigned long long)requests, took, requests / took, percentile(0.5), percentile(0.99),
           (unsigned long long)messages);
    return 0;
}
