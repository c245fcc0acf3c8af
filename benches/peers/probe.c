/* Attempts a second at a closed port: an epoll loop that keeps N connections on their way, and does nothing else.
 *
 *     probe HOST PORT N SECONDS     prints attempts, seconds, and the CPU time it took
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

static struct sockaddr_in target;
static long attempts;
static int queue;

/* Begins one; says whether it is to be waited for. */
static int begin(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        perror("socket");
        exit(1);
    }
    if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS) {
        attempts++;
        close(fd);
        return 0;
    }
    struct epoll_event wanted = {.events = EPOLLOUT, .data.fd = fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &wanted);
    return 1;
}

int main(int count, char **words)
{
    if (count < 5)
        return 2;
    target.sin_family = AF_INET;
    target.sin_port = htons(atoi(words[2]));
    inet_pton(AF_INET, words[1], &target.sin_addr);
    int most = atoi(words[3]), open = 0;
    double begun = now(), end = begun + atof(words[4]);
    queue = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event ready[256];
    while (now() < end) {
        while (open < most)
            open += begin();
        int n = epoll_wait(queue, ready, 256, 100);
        for (int i = 0; i < n; i++) {
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(ready[i].data.fd, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error != ECONNREFUSED)
                fprintf(stderr, "%s\n", strerror(error));
            close(ready[i].data.fd);
            attempts++;
            open--;
        }
    }
    double took = now() - begun;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = used.ru_utime.tv_sec + used.ru_utime.tv_usec / 1e6 + used.ru_stime.tv_sec + used.ru_stime.tv_usec / 1e6;
    printf("%ld %.3f %.3f\n", attempts, took, cpu);
    return 0;
}
