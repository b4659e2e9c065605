/* The kernel's facilities that libc does not offer everywhere, and what a guard does to itself. */
#define _GNU_SOURCE
#include "guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The same numbers on every architecture that has them. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Never blocks: a reader who does not read must not stop a sweep. */
void diagnose(const char *format, ...) {
    char line[512];
    int head = snprintf(line, sizeof line, "proa-guard: ");
    va_list values;
    va_start(values, format);
    int text = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, values);
    va_end(values);
    if (text < 0) {
        return;
    }
    size_t length = (size_t)head + (size_t)text;
    if (length > sizeof line - 2) {
        length = sizeof line - 2;
    }
    line[length++] = '\n';
    struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT) != 0) {
        ssize_t ignored = write(STDERR_FILENO, line, length);
        (void)ignored;
    }
}

int open_pidfd(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int signal_pidfd(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

bool pidfd_ended(int pidfd) {
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    return poll(&end, 1, 0) == 1;
}

void close_from(int lowest) {
    if (syscall(SYS_close_range, (unsigned)lowest, ~0U, 0) == 0) {
        return;
    }
    DIR *open_fds = opendir("/proc/self/fd");
    if (open_fds == NULL) {
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(open_fds)) != NULL) {
        int fd = atoi(entry->d_name);
        if (fd >= lowest && fd != dirfd(open_fds)) {
            close(fd);
        }
    }
    closedir(open_fds);
}

/* Moves fd to the number target, to be closed at exec. */
bool place_fd(int fd, int target) {
    if (fd == target) {
        return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
    }
    return dup3(fd, target, O_CLOEXEC) == target;
}

void become_guard(const char *name) {
    /* A guard already leading a session keeps it; the point is to have no terminal. */
    setsid();
    prctl(PR_SET_NAME, name, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    /* Ctrl-C and a logout reach the application, which decides what to stop and when. */
    static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1,
                                  SIGUSR2, SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        signal(ignored[i], SIG_IGN);
    }
}

/* A signalfd that becomes readable when a child has died (and not when one was stopped). */
int child_signals(void) {
    struct sigaction deaths = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    if (sigaction(SIGCHLD, &deaths, NULL) != 0 || sigprocmask(SIG_SETMASK, &set, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void drain_signals(int signalfd) {
    struct signalfd_siginfo batch[8];
    while (read(signalfd, batch, sizeof batch) > 0) {
    }
}

bool never_block(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}
