/*
 * Listening sockets that live as long as the application. A sidecar is given one as it starts;
 * while it is restarted, those who connect wait in the socket's queue.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static struct listener {
    uint32_t id; /* 0: free */
    int fd;
} listeners[LISTENER_LIMIT];

static struct listener *find(uint32_t id) {
    for (int i = 0; i < LISTENER_LIMIT; i++) {
        if (listeners[i].id == id) {
            return &listeners[i];
        }
    }
    return NULL;
}

/* A socket bound to that port of the loopback, or -1 with errno; 0 becomes the port it got. */
static int bound_socket(uint32_t *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
            .sin_port = htons((uint16_t)*port),
            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0
            && bind(fd, (struct sockaddr *)&address, sizeof address) == 0
            && getsockname(fd, (struct sockaddr *)&address, &length) == 0) {
        *port = ntohs(address.sin_port);
        return fd;
    }
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = error;
    return -1;
}

static int listening_socket(uint32_t *port) {
    /*
     * Only a port that was asked for by its number stays with a socket that is shut down. So a free
     * one is found with one socket, and taken with another before that one lets go.
     */
    int scout = *port == 0 ? bound_socket(port) : -1;
    if (scout < 0 && *port == 0) {
        return -1;
    }
    int fd = bound_socket(port);
    int error = errno;
    if (scout >= 0) {
        close(scout);
    }
    if (fd >= 0 && listen(fd, BACKLOG) != 0) {
        error = errno;
        close(fd);
        fd = -1;
    }
    errno = error;
    return fd;
}

static void say_failed(uint32_t id, int error) {
    event_begin(LISTEN_FAILED);
    event_u32(F_ID, id);
    event_u32(F_ERRNO, (uint32_t)error);
    event_end();
}

void listener_open(uint32_t id, uint32_t port) {
    if (id == 0 || port > UINT16_MAX) {
        say_failed(id, EINVAL);
        return;
    }
    if (find(id) != NULL) {
        say_failed(id, EEXIST);
        return;
    }
    struct listener *slot = find(0);
    int fd = slot == NULL ? -1 : listening_socket(&port);
    if (fd < 0) {
        say_failed(id, slot == NULL ? EMFILE : errno);
        return;
    }
    *slot = (struct listener){.id = id, .fd = fd};
    event_begin(LISTENING);
    event_u32(F_ID, id);
    event_u32(F_PORT, port);
    event_end();
}

void listener_close(uint32_t id) {
    struct listener *listener = id == 0 ? NULL : find(id);
    if (listener != NULL) {
        close(listener->fd);
        listener->id = 0;
    }
}

/* The socket as the first sidecar got it, whatever the last one did to it; -1 if there is none. */
int listener_of(uint32_t id) {
    struct listener *listener = find(id);
    if (id == 0 || listener == NULL) {
        return -1;
    }
    int flags = fcntl(listener->fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) != 0) {
        fcntl(listener->fd, F_SETFL, flags & ~O_NONBLOCK);
    }
    /* Undoes a shutdown, and a shorter queue. */
    listen(listener->fd, BACKLOG);
    return listener->fd;
}
