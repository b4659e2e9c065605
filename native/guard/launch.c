/* The last steps of a process before it becomes the sidecar. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EXIT_NOT_STARTED = 127, LISTENER_FD = 3 };

static _Noreturn void give_up(int failure_fd, int stage, int error) {
    struct failure failure = {.stage = stage, .error = error};
    /* Far below PIPE_BUF: written whole or not at all. */
    ssize_t ignored = write(failure_fd, &failure, sizeof failure);
    (void)ignored;
    _exit(EXIT_NOT_STARTED);
}

/* As a program finds them that nobody tampered with. */
void reset_signals(void) {
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
static int exec_on_path(char *const *argv, char *const *envp) {
    const char *name = argv[0];
    size_t name_length = strlen(name);
    int worst = ENOENT;
    if (name_length == 0) {
        return ENOENT;
    }
    const char *path = path_of(envp);
    while (*path != '\0') {
        size_t length = strcspn(path, ":");
        char file[PATH_MAX];
        if (length > 0 && length + 1 + name_length < sizeof file) {
            memcpy(file, path, length);
            file[length] = '/';
            memcpy(file + length + 1, name, name_length + 1);
            execve(file, argv, envp);
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

/* Returns only if that failed, with errno. */
int exec_program(char *const *argv, char *const *envp) {
    if (strchr(argv[0], '/') == NULL) {
        return exec_on_path(argv, envp);
    }
    execve(argv[0], argv, envp);
    return errno;
}

static bool speaks_of_listeners(const char *variable) {
    return strncmp(variable, "LISTEN_PID=", 11) == 0 || strncmp(variable, "LISTEN_FDS=", 11) == 0
            || strncmp(variable, "LISTEN_FDNAMES=", 15) == 0;
}

/* sd_listen_fds(3): the socket is fd 3, and the variables count only for the process they name. */
static char **with_listener(char **envp) {
    static char pid[32];
    static char fds[] = "LISTEN_FDS=1";
    static char names[] = "LISTEN_FDNAMES=proa";
    size_t count = 0;
    while (envp[count] != NULL) {
        count++;
    }
    char **longer = calloc(count + 4, sizeof *longer);
    if (longer == NULL) {
        return NULL;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!speaks_of_listeners(envp[i])) {
            longer[used++] = envp[i];
        }
    }
    snprintf(pid, sizeof pid, "LISTEN_PID=%d", (int)getpid());
    longer[used++] = pid;
    longer[used++] = fds;
    longer[used] = names;
    return longer;
}

static void join_cgroup(const struct launch *launch) {
    if (launch->join != NULL && !cgroup_join(launch->join)) {
        struct failure note = {.stage = STAGE_NO_CGROUP, .error = errno};
        ssize_t ignored = write(launch->failure, &note, sizeof note);
        (void)ignored;
    }
}

_Noreturn void launch(const struct launch *launch) {
    const struct command *spawn = launch->spawn;
    int failure = launch->failure;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    /* Not getppid, which is 0 when the parent is outside of the own PID namespace. */
    if (pidfd_ended(launch->guard)) {
        _exit(EXIT_NOT_STARTED);
    }
    setsid();
    join_cgroup(launch);
    if (spawn->namespace != 0) {
        namespace_mount_proc();
    }
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(launch->out, STDOUT_FILENO) < 0
            || dup2(launch->out, STDERR_FILENO) < 0) {
        give_up(failure, STAGE_GUARD, errno);
    }
    if (spawn->cwd != NULL && chdir(spawn->cwd) != 0) {
        give_up(failure, STAGE_CHDIR, errno);
    }
    if (spawn->has_nice && setpriority(PRIO_PROCESS, 0, (int)spawn->nice) != 0) {
        give_up(failure, STAGE_NICE, errno);
    }
    if (spawn->has_umask) {
        umask((mode_t)spawn->umask);
    }
    char **envp = spawn->envp;
    if (launch->listener >= 0) {
        envp = with_listener(envp);
        if (envp == NULL || dup2(launch->listener, LISTENER_FD) < 0) {
            give_up(failure, STAGE_GUARD, envp == NULL ? ENOMEM : errno);
        }
    }
    reset_signals();
    give_up(failure, STAGE_EXEC, exec_program(spawn->argv, envp));
}
