/*
 * proa-guard: keeps the processes of an application from outliving it.
 *
 *     application --> warden --> root guard --> one guard per sidecar --> sidecar and its tree
 *
 * All guards are this program, forked without exec. Each of them is a subreaper and watches both
 * the application and the guard above it; whoever remains when two of the four die cleans up.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GUARDS_TAKE_MS = 3000 };

static pid_t root;
static int root_status = -1;
static pid_t *guards; /* shared with the root guard: the child guards by slot */
static struct sweep sweep;

static void on_reaped(pid_t pid, int status, const struct rusage *used) {
    (void)used;
    if (pid == root) {
        root = 0;
        root_status = status;
    }
}

/*
 * Child guards end their own trees when the root guard is gone. To freeze one would be wrong: if
 * the warden were killed just then, nobody would wake it. So they are left alone for a while.
 */
static bool guard_at_work(pid_t pid) {
    if (now_ms() - sweep.since > GUARDS_TAKE_MS) {
        return false;
    }
    for (int i = 0; i < SIDECAR_LIMIT; i++) {
        if (guards[i] == pid) {
            return true;
        }
    }
    return false;
}

static int stopping_code(void) {
    if (WIFEXITED(root_status)) {
        return WEXITSTATUS(root_status);
    }
    diagnose("the root guard died of signal %d; everything it kept has been ended",
            WTERMSIG(root_status));
    return EXIT_BROKEN;
}

/*
 * The outermost guard does nothing until the root guard is gone. It then ends whatever the root
 * guard left, so that its own exit proves that the application has no process left.
 */
static _Noreturn void warden(int deaths) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        close(null);
    }
    for (;;) {
        struct pollfd news = {.fd = deaths, .events = POLLIN};
        int64_t left = sweep.active ? sweep.next - now_ms() : -1;
        poll(&news, 1, sweep.active ? (left < 0 ? 0 : (int)left) : -1);
        drain_signals(deaths);
        if (family_reap()) {
            exit(stopping_code());
        }
        if (root == 0) {
            sweep_begin(&sweep);
            if (now_ms() >= sweep.next) {
                sweep_round(&sweep);
            }
        }
        if (sweep_report_due(&sweep)) {
            diagnose("some processes cannot be killed; trying on");
        }
    }
}

static pid_t parse_parent(int count, char **words) {
    if (count != 3 || strcmp(words[1], "--parent") != 0) {
        return 0;
    }
    char *end;
    errno = 0;
    long pid = strtol(words[2], &end, 10);
    return errno == 0 && *end == '\0' && pid > 0 && pid <= 0x7fffffff ? (pid_t)pid : 0;
}

static _Noreturn void unavailable(const char *what) {
    diagnose("%s", what);
    exit(EXIT_UNAVAILABLE);
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "--version") == 0) {
        printf("proa-guard protocol %d\n", PROTOCOL_VERSION);
        return 0;
    }
    if (count >= 3 && strcmp(words[1], "--detach") == 0) {
        bool dashes = strcmp(words[2], "--") == 0;
        if (count > 2 + dashes) {
            return detach(words + 2 + dashes);
        }
    }
    pid_t parent = parse_parent(count, words);
    if (parent == 0) {
        diagnose("usage: proa-guard --parent PID, proa-guard --detach [--] PROGRAM [ARGUMENT...], or "
                 "proa-guard --version");
        return EXIT_USAGE;
    }
    /* Without all three standard streams a later open would take their place. */
    if (fcntl(STDIN_FILENO, F_GETFD) < 0 || fcntl(STDOUT_FILENO, F_GETFD) < 0
            || fcntl(STDERR_FILENO, F_GETFD) < 0) {
        return EXIT_USAGE;
    }
    close_from(STDERR_FILENO + 1);
    become_guard("proa-guard");
    /* Opened before the parent is checked: a parent that still is one cannot have been replaced. */
    int app = open_pidfd(parent);
    if (app < 0 && errno != ESRCH) {
        unavailable("this kernel has no pidfd_open; Linux 5.3 or newer is needed");
    }
    if (app < 0 || getppid() != parent) {
        unavailable("the application that started this guard is gone");
    }
    fcntl(app, F_SETFD, FD_CLOEXEC);
    if (access("/proc/self/stat", R_OK) != 0) {
        unavailable("/proc is not mounted; it is needed to find the processes of a sidecar");
    }
    int deaths = child_signals();
    if (deaths < 0) {
        unavailable("this kernel has no signalfd");
    }
    pid_t self = getpid();
    guards = mmap(NULL, SIDECAR_LIMIT * sizeof *guards, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (guards == MAP_FAILED) {
        unavailable("no memory");
    }
    family_init(guard_at_work, on_reaped);
    root = fork();
    if (root < 0) {
        unavailable("no further process can be started");
    }
    if (root == 0) {
        root_guard(&(struct origin){
                .application = parent, .warden = self, .app = app, .guards = guards});
    }
    warden(deaths);
}
