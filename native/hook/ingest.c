/* Where the ingest is, and one POST to it. Proxies of the environment are never asked. */
#define _GNU_SOURCE
#include "hook.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_ROOM = 2048, ANSWER_ROOM = 4096, DRAIN_MS = 250 };

static bool is_loopback(const char *host) {
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
    return strcmp(host, "localhost") == 0;
}

static bool is_literal(const char *host) {
    unsigned char any[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, any) == 1 || inet_pton(AF_INET6, host, any) == 1;
}

static bool copy_part(char *to, size_t room, const char *from, size_t length) {
    if (length >= room) return false;
    for (size_t i = 0; i < length; i++) {
        /* Nothing that could end a header line early. */
        if ((unsigned char)from[i] <= ' ' || from[i] == 0x7f) return false;
        to[i] = from[i];
    }
    to[length] = '\0';
    return true;
}

/* Reads http://HOST[:PORT][/PREFIX]; no user, query or fragment. */
static bool parse_url(const char *url, struct ingest *to) {
    if (strncmp(url, "http://", 7) != 0 || strpbrk(url, "@?#\\") != NULL) return false;
    const char *host = url + 7;
    size_t authority = strcspn(host, "/");
    const char *path = host + authority;
    const char *host_end = host + authority;
    const char *port = NULL;
    bool bracket = *host == '[';
    if (bracket) {
        const char *close = memchr(host, ']', authority);
        if (close == NULL) return false;
        host++;
        host_end = close;
        if (close + 1 < path) port = close + 1;
    } else {
        port = memchr(host, ':', authority);
        if (port != NULL) host_end = port;
    }
    if (port != NULL && *port != ':') return false;
    size_t digits = port == NULL ? 0 : (size_t)(path - port - 1);
    if (port != NULL && (digits == 0 || strspn(port + 1, "0123456789") < digits)) return false;
    if (!copy_part(to->port, sizeof to->port, port == NULL ? "80" : port + 1, port == NULL ? 2 : digits)) return false;
    long number = strtol(to->port, NULL, 10);
    size_t prefix = strlen(path);
    while (prefix > 0 && path[prefix - 1] == '/') prefix--;
    return number >= 1 && number <= 65535 && host_end > host
            && copy_part(to->host, sizeof to->host, host, (size_t)(host_end - host))
            && copy_part(to->prefix, sizeof to->prefix, path, prefix);
}

/* False when the user named an address that is none: sending elsewhere would not be what they asked for. */
bool ingest_address(int state, struct ingest *to) {
    char line[1024];
    *to = (struct ingest){.host = "127.0.0.1", .port = "3141"};
    const char *named = getenv("AGENTMONITOR_URL");
    if (named != NULL && *named != '\0') {
        if (!parse_url(named, to)) {
            *to = (struct ingest){.named = false};
            return false;
        }
        to->chosen = true;
        to->named = !is_literal(to->host) && !is_loopback(to->host);
        return true;
    }
    struct ingest found = {.named = false};
    if (state >= 0 && read_own_file(state, "ingest-url", line, sizeof line) && parse_url(line, &found)
            && is_loopback(found.host)) {
        *to = found;
    }
    return true;
}

static bool wait_for(int fd, short what, int64_t deadline) {
    for (;;) {
        int64_t left = deadline - now_ms();
        if (left <= 0) return false;
        struct pollfd p = {.fd = fd, .events = what};
        int n = poll(&p, 1, (int)left);
        if (n > 0) return true;
        if (n == 0 || errno != EINTR) return false;
    }
}

static int connect_to(const struct addrinfo *a, int64_t deadline) {
    int fd = socket(a->ai_family, SOCK_STREAM, 0);
    if (fd < 0) return -1;
    int flags = fcntl(fd, F_GETFL);
    int on = 1;
    int error = 0;
    socklen_t size = sizeof error;
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) return fd;
    if (errno == EINPROGRESS && wait_for(fd, POLLOUT, deadline)
            && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) {
        return fd;
    }
    close(fd);
    return -1;
}

static int open_connection(const struct ingest *to, int64_t deadline) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    bool localhost = strcmp(to->host, "localhost") == 0;
    /* "localhost" is ours by RFC 6761 6.3, and needs no resolver. */
    if (!to->named) hints.ai_flags = AI_NUMERICHOST;
    if (getaddrinfo(localhost ? "127.0.0.1" : to->host, to->port, &hints, &list) != 0) return -1;
    int fd = -1;
    for (struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) fd = connect_to(a, deadline);
    freeaddrinfo(list);
    if (fd < 0 && localhost && getaddrinfo("::1", to->port, &hints, &list) == 0) {
        fd = connect_to(list, deadline);
        freeaddrinfo(list);
    }
    return fd;
}

static int write_head(const struct ingest *to, const struct payload *what, char *head) {
    char at[32] = "";
    time_t seconds = (time_t)(what->at_ms / 1000);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) != NULL) strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S", &utc);
    const char *left = strchr(to->host, ':') == NULL ? "" : "[";
    const char *right = *left == '\0' ? "" : "]";
    /* The time tells when the agent ran the hook; a repeat from the spool may come hours later. */
    return snprintf(head, HEAD_ROOM,
            "POST %s/api/hooks/claude-code HTTP/1.1\r\n"
            "Host: %s%s%s:%s\r\n"
            "User-Agent: proa-hook/1\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: %zu\r\n"
            "Idempotency-Key: %s\r\n"
            "Proa-Hook-Time: %s.%03dZ\r\n"
            "Connection: close\r\n\r\n",
            to->prefix, left, to->host, right, to->port, what->length, what->id, at, (int)(what->at_ms % 1000));
}

/* Sends head and body; false on a break, after which the server may still have answered. */
static bool send_request(int fd, char *head, size_t head_length, const struct payload *what, int64_t deadline) {
    struct iovec parts[2] = {{head, head_length}, {what->bytes, what->length}};
    struct iovec *next = parts;
    while (next < parts + 2) {
        ssize_t n = writev(fd, next, (int)(parts + 2 - next));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN && wait_for(fd, POLLOUT, deadline)) continue;
        if (n < 0) return false;
        size_t sent = (size_t)n;
        while (next < parts + 2 && sent >= next->iov_len) sent -= next++->iov_len;
        if (next < parts + 2) {
            next->iov_base = (char *)next->iov_base + sent;
            next->iov_len -= sent;
        }
    }
    return true;
}

/* The status of the final answer, 0 if there is none in time. Then lets the server end first, so that it
   does not see its connection reset. */
static int read_status(int fd, int64_t deadline) {
    char answer[ANSWER_ROOM + 1];
    size_t length = 0;
    int status = 0;
    while (wait_for(fd, POLLIN, deadline)) {
        ssize_t n = read(fd, answer + length, ANSWER_ROOM - length);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) break;
        length += (size_t)n;
        answer[length] = '\0';
        int major = 0;
        if (status == 0 && strchr(answer, '\n') != NULL) {
            if (sscanf(answer, "HTTP/1.%1d %3d", &major, &status) != 2 || status < 200) return 0;
            int64_t drained = now_ms() + DRAIN_MS;
            if (drained < deadline) deadline = drained;
        }
        if (status != 0) length = 0; /* only the first line matters */
        if (length == ANSWER_ROOM) return 0;
    }
    return status;
}

static enum verdict judge(const struct ingest *to, int status) {
    /* Our ingest answers 204; where the user chose the address, something else may stand before it. */
    if (to->chosen ? status >= 200 && status < 300 : status == 204) return TAKEN;
    if (status == 413) return TOO_LARGE;
    /* The ingest read it and says that it is no payload. Anything else (404, 401, a redirect) comes from
       something that is not our ingest, or not yet: another day it may be. */
    if (status == 400 || status == 415 || status == 422) return REFUSED;
    return LATER;
}

enum verdict ingest_post(const struct ingest *to, const struct payload *what, int64_t deadline) {
    char head[HEAD_ROOM];
    int length = write_head(to, what, head);
    if (length <= 0 || length >= HEAD_ROOM) return LATER;
    int64_t connected = now_ms() + CONNECT_MS;
    int fd = open_connection(to, connected < deadline ? connected : deadline);
    if (fd < 0) return LATER;
    if (!to->chosen && !listener_is_ours(fd)) {
        /* Another user has taken the port: what an agent was told is none of theirs. */
        close(fd);
        return LATER;
    }
    send_request(fd, head, (size_t)length, what, deadline);
    int status = read_status(fd, deadline);
    close(fd);
    return judge(to, status);
}
