/* The last steps of a process before it becomes the sidecar. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EXIT_NOT_STARTED = 127 };

static _Noreturn void give_up(int failure_fd, int stage, int error) {
    struct failure failure = {.stage = stage, .error = error};
    /* Far below PIPE_BUF: written whole or not at all. */
    ssize_t ignored = write(failure_fd, &failure, sizeof failure);
    (void)ignored;
    _exit(EXIT_NOT_STARTED);
}

static void reset_signals(void) {
    /* By the system call, for libc hides the signals it uses itself. All zero means SIG_DFL. */
    static const unsigned char defaults[128];
    for (int i = 1; i < NSIG; i++) {
        syscall(SYS_rt_sigaction, i, defaults, NULL, NSIG / 8);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static const char *path_of(char *const *envp) {
    for (; *envp != NULL; envp++) {
        if (strncmp(*envp, "PATH=", 5) == 0) {
            return *envp + 5;
        }
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

/* Returns errno of the failure that says most. An empty element of PATH is not the current folder. */
static int exec_on_path(const struct command *spawn) {
    const char *name = spawn->argv[0];
    size_t name_length = strlen(name);
    int worst = ENOENT;
    if (name_length == 0) {
        return ENOENT;
    }
    const char *path = path_of(spawn->envp);
    while (*path != '\0') {
        size_t length = strcspn(path, ":");
        char file[PATH_MAX];
        if (length > 0 && length + 1 + name_length < sizeof file) {
            memcpy(file, path, length);
            file[length] = '/';
            memcpy(file + length + 1, name, name_length + 1);
            execve(file, spawn->argv, spawn->envp);
            if (errno == EACCES) {
                /* A folder that may not be searched says nothing about the program. */
                worst = access(file, F_OK) == 0 ? EACCES : worst;
            } else if (errno != ENOENT && errno != ENOTDIR) {
                return errno;
            }
        }
        path += length + (path[length] == ':');
    }
    return worst;
}

_Noreturn void launch(pid_t guard, int out, int failure_fd, const struct command *spawn) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != guard) {
        _exit(EXIT_NOT_STARTED);
    }
    setsid();
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0
            || dup2(out, STDERR_FILENO) < 0) {
        give_up(failure_fd, STAGE_GUARD, errno);
    }
    if (spawn->cwd != NULL && chdir(spawn->cwd) != 0) {
        give_up(failure_fd, STAGE_CHDIR, errno);
    }
    reset_signals();
    if (strchr(spawn->argv[0], '/') == NULL) {
        give_up(failure_fd, STAGE_EXEC, exec_on_path(spawn));
    }
    execve(spawn->argv[0], spawn->argv, spawn->envp);
    give_up(failure_fd, STAGE_EXEC, errno);
}
