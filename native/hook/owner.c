/* Whose program listens where we are connected: the tables of proc(5), /proc/net/tcp and tcp6. */
#define _GNU_SOURCE
#include "hook.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESS_ROOM = 33, ROW_ROOM = 512, LISTEN = 0x0A };

/* An address may have several listeners; the kernel prefers the one that names it. */
enum rank { ELSEWHERE, ANY_SIX, ANY_FOUR, EXACT };

/* Where we are connected, as the tables write it: each word in the byte order of the machine. */
struct target {
    char four[ADDRESS_ROOM]; /* empty if it is IPv6 */
    char six[ADDRESS_ROOM];
    unsigned port;
};

/* What the tables say about the best rank that was seen. */
struct found {
    enum rank rank;
    bool ours;
};

static bool target_of(int fd, struct target *t) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0) return false;
    if (peer.ss_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, &peer, sizeof four);
        t->port = ntohs(four.sin_port);
        snprintf(t->four, sizeof t->four, "%08X", (unsigned)four.sin_addr.s_addr);
        snprintf(t->six, sizeof t->six, "0000000000000000%08X%s", (unsigned)htonl(0xFFFF), t->four);
        return true;
    }
    if (peer.ss_family != AF_INET6) return false;
    struct sockaddr_in6 six;
    memcpy(&six, &peer, sizeof six);
    uint32_t words[4];
    memcpy(words, &six.sin6_addr, sizeof words);
    t->port = ntohs(six.sin6_port);
    t->four[0] = '\0';
    snprintf(t->six, sizeof t->six, "%08X%08X%08X%08X", words[0], words[1], words[2], words[3]);
    return true;
}

static enum rank rank_of(const char *address, const struct target *t) {
    bool any = strspn(address, "0") == strlen(address);
    bool six = strlen(address) > 8;
    if (strcmp(address, six ? t->six : t->four) == 0) return EXACT;
    if (any && six) return ANY_SIX;
    return any && t->four[0] != '\0' ? ANY_FOUR : ELSEWHERE;
}

/* False if the table cannot be read. */
static bool scan_table(const char *table, const struct target *t, struct found *found) {
    FILE *rows = fopen(table, "re");
    if (rows == NULL) return false;
    char row[ROW_ROOM];
    while (found->rank < EXACT && fgets(row, sizeof row, rows) != NULL) {
        char address[ADDRESS_ROOM];
        unsigned port;
        unsigned state;
        unsigned long user;
        if (sscanf(row, "%*s %32[0-9A-F]:%X %*s %X %*s %*s %*s %lu", address, &port, &state, &user) != 4) continue;
        if (port != t->port || state != LISTEN) continue;
        enum rank rank = rank_of(address, t);
        /* Those that share one address belong to one user, see SO_REUSEPORT in socket(7). */
        if (rank > found->rank) *found = (struct found){rank, user == (unsigned long)geteuid()};
    }
    fclose(rows);
    return true;
}

/* Whether the listener is a program of this user. Where the system has no tables it cannot be told: true. */
bool listener_is_ours(int fd) {
    struct target t;
    struct found found = {ELSEWHERE, false};
    if (!target_of(fd, &t)) return false;
    /* A JVM listens in the second table, so it comes first: a whole table may take milliseconds. */
    bool six = scan_table("/proc/net/tcp6", &t, &found);
    bool four = t.four[0] != '\0' && found.rank < EXACT && scan_table("/proc/net/tcp", &t, &found);
    return (!four && !six) || found.ours;
}
