/*
 * A program that outlives the application on purpose, such as its updater. Whoever starts it is no
 * guard and no subreaper, so it becomes a child of the system's own process 1.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FAILURE_FD = 3, ABOVE = 16 };

static bool keep_only(int failure) {
    int null = open("/dev/null", O_RDWR);
    bool kept = null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0
            && dup2(null, STDERR_FILENO) >= 0 && place_fd(failure, FAILURE_FD);
    if (kept) {
        close_from(FAILURE_FD + 1);
    }
    return kept;
}

static void report(int failure, int error) {
    ssize_t ignored = write(failure, &error, sizeof error);
    (void)ignored;
}

static _Noreturn void become(char **argv, int failure) {
    if (keep_only(failure)) {
        prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
        reset_signals();
        report(FAILURE_FD, exec_program(argv, environ));
    } else {
        report(failure, errno);
    }
    _exit(EXIT_UNAVAILABLE);
}

static _Noreturn void leave_family(char **argv, int failure) {
    int high = fcntl(failure, F_DUPFD_CLOEXEC, ABOVE);
    setsid();
    pid_t program = high < 0 ? -1 : fork();
    if (program == 0) {
        become(argv, high);
    }
    if (program < 0) {
        report(failure, errno);
    }
    _exit(0);
}

/* Returns 0 once the program runs; the pipe is closed by its exec. */
int detach(char **argv) {
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0) {
        diagnose("no pipe: %s", strerror(errno));
        return EXIT_UNAVAILABLE;
    }
    pid_t between = fork();
    if (between < 0) {
        diagnose("no further process can be started: %s", strerror(errno));
        return EXIT_UNAVAILABLE;
    }
    if (between == 0) {
        close(failure[0]);
        leave_family(argv, failure[1]);
    }
    close(failure[1]);
    int error = 0;
    ssize_t count;
    do {
        count = read(failure[0], &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    waitpid(between, NULL, 0);
    if (count > 0) {
        diagnose("%s cannot be started: %s", argv[0], strerror(error));
        return EXIT_UNAVAILABLE;
    }
    return 0;
}
