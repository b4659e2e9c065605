/* The child of the comparisons: child idle | child first FIFO | child ROLE SOCKET NAME [MORE].
 * At its start it tells SOCKET (in Linux's abstract namespace): "NAME PID NANOS MORE", NANOS of the monotonic clock. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 100, STEP = 64 * 1024 };

static struct timespec begun;

static void tell(const char *to, const char *name, long more) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + 1, to, sizeof address.sun_path - 2);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(to));
    char text[200];
    int length = snprintf(text, sizeof text, "%s %d %lld %ld", name, (int)getpid(),
                          begun.tv_sec * 1000000000LL + begun.tv_nsec, more);
    int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sendto(socket_fd, text, (size_t)length, 0, (struct sockaddr *)&address, size) < 0) {
        perror("child: nobody listens");
    }
    close(socket_fd);
}

static void sit(void) {
    for (;;) {
        pause();
    }
}

static void put(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);
        if (written <= 0) {
            _exit(9);
        }
        bytes += written;
        length -= (size_t)written;
    }
}

/* LINES numbered lines of 100 bytes, the last one without its newline if so wished, and then the sudden end. */
static void burst(long lines, int newline) {
    static char step[STEP + LINE];
    size_t used = 0;
    for (long i = 0; i < lines; i++) {
        char line[128];
        snprintf(line, sizeof line, "%012ld %086d", i, 0);
        line[LINE - 1] = '\n';
        size_t length = i == lines - 1 && !newline ? LINE - 1 : LINE;
        memcpy(step + used, line, length);
        used += length;
        if (used >= STEP || i == lines - 1) {
            put(step, used);
            used = 0;
        }
    }
    kill(getpid(), SIGKILL);
}

int main(int count, char **words) {
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (count == 2 && strcmp(words[1], "idle") == 0) {
        sit();
    }
    if (count == 3 && strcmp(words[1], "first") == 0) {
        return write(open(words[2], O_WRONLY | O_CLOEXEC), "!", 1) == 1 ? 0 : 9;
    }
    if (count < 4) {
        return 64;
    }
    const char *role = words[1], *to = words[2], *name = words[3];
    if (strcmp(role, "sit") == 0) {
        tell(to, name, 0);
        sit();
    } else if (strcmp(role, "deaf") == 0) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN); /* what pm2 sends instead */
        tell(to, name, 0);
        sit();
    } else if (strcmp(role, "crash") == 0) {
        tell(to, name, 0);
        return 1;
    } else if (strcmp(role, "holder") == 0) {
        /* The descendant keeps stdout open after the main process has gone. */
        pid_t descendant = fork();
        if (descendant == 0) {
            sit();
        }
        tell(to, name, descendant);
        sit();
    } else if (strcmp(role, "burst") == 0 && count == 6) {
        sigset_t go;
        sigemptyset(&go);
        sigaddset(&go, SIGUSR1);
        sigprocmask(SIG_BLOCK, &go, NULL);
        tell(to, name, 0);
        int signal_number;
        sigwait(&go, &signal_number);
        burst(atol(words[4]), strcmp(words[5], "newline") == 0);
    }
    return 64;
}
