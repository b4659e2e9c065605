/*
 * A PID namespace for one sidecar: when its first process dies, the kernel itself kills all others
 * in it, whoever else is alive. That process is ours; the sidecar is a child of the guard like any
 * other, so that its end is seen and its number is the one that everybody outside knows.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEASH_FD = 3 };

static bool write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t length = (ssize_t)strlen(text);
    bool written = write(fd, text, (size_t)length) == length;
    int error = errno;
    close(fd);
    errno = error;
    return written;
}

/* Everybody keeps the number he has; a user namespace is only the price of the other one. */
static bool enter_user_namespace(void) {
    char users[64];
    char groups[64];
    snprintf(users, sizeof users, "%u %u 1", geteuid(), geteuid());
    snprintf(groups, sizeof groups, "%u %u 1", getegid(), getegid());
    return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny")
            && write_file("/proc/self/uid_map", users) && write_file("/proc/self/gid_map", groups);
}

/* From here on children of this process are born in a namespace of their own; 0 or errno. */
int namespace_enter(void) {
    if (unshare(CLONE_NEWPID) == 0) {
        return 0;
    }
    if (errno == EPERM && enter_user_namespace() && unshare(CLONE_NEWPID) == 0) {
        return 0;
    }
    return errno;
}

/*
 * Buries the orphans of the namespace, and leaves when its leash is let go and nobody is left. A
 * child of the guard that is in this namespace hands its own children over before the guard can
 * see its end, so having no child then means that the namespace is empty.
 */
static _Noreturn void live(int guard, int leash) {
    prctl(PR_SET_NAME, "proa-guard-init", 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (pidfd_ended(guard) || !place_fd(leash, LEASH_FD)) {
        _exit(EXIT_BROKEN);
    }
    setsid();
    close(STDERR_FILENO);
    close_from(LEASH_FD + 1);
    int deaths = child_signals();
    bool leaving = false;
    for (;;) {
        pid_t pid;
        do {
            pid = waitpid(-1, NULL, WNOHANG | __WALL);
        } while (pid > 0);
        if (pid < 0 && leaving) {
            _exit(0);
        }
        struct pollfd news[] = {
                {.fd = deaths, .events = POLLIN},
                {.fd = leaving ? -1 : LEASH_FD, .events = POLLIN},
        };
        poll(news, 2, -1);
        drain_signals(deaths);
        leaving = leaving || news[1].revents != 0;
    }
}

/* Starts process 1 of the namespace just entered; -1 with errno. */
pid_t namespace_init(int guard, int *leash) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t init = fork();
    if (init == 0) {
        close(ends[1]);
        live(guard, ends[0]);
    }
    int error = errno;
    close(ends[0]);
    if (init < 0) {
        close(ends[1]);
        errno = error;
        return -1;
    }
    *leash = ends[1];
    return init;
}

/*
 * For the sidecar itself. Where it may not be done (a container that hides parts of /proc) it sees
 * the numbers from outside, and /proc/self is right all the same.
 */
void namespace_mount_proc(void) {
    if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0) {
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    }
}

bool namespace_possible(void) {
    pid_t probe = fork();
    if (probe == 0) {
        _exit(namespace_enter() == 0 ? 0 : 1);
    }
    int status;
    pid_t buried;
    do {
        buried = waitpid(probe, &status, 0);
    } while (buried < 0 && errno == EINTR);
    return probe > 0 && buried == probe && status == 0;
}
