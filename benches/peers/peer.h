/* What small programs of this folder share: giving up with the system's reason, and a clock. */
#ifndef PEER_H
#define PEER_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void check(int good, const char *what)
{
    if (!good) {
        perror(what);
        exit(1);
    }
}

/* Seconds, from an arbitrary beginning. */
static inline double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

#endif
