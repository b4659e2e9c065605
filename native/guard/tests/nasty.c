/* A sidecar that does everything to outlive its supervisor. Roles by the first argument. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char self[4096];

static void deaf(void) {
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
}

static void sit(void) {
    for (;;) {
        pause();
    }
}

static void role(const char *name) {
    execl(self, self, name, (char *)NULL);
    _exit(9);
}

/* setsid, double fork, nothing open, root folder: what a daemon does. */
static void daemonise(void) {
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int fd = 0; fd < 64; fd++) {
                close(fd);
            }
            if (chdir("/") != 0) {
                _exit(9);
            }
            deaf();
            sit();
        }
        _exit(0);
    }
}

static void own_group(void) {
    if (fork() == 0) {
        setpgid(0, 0);
        deaf();
        sit();
    }
}

/* Orphans below it become its children, not the guard's, for as long as it lives. */
static void nested_subreaper(void) {
    if (fork() == 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        deaf();
        if (fork() == 0) {
            if (fork() == 0) {
                setsid();
                if (fork() == 0) {
                    role("hydra");
                }
                sit();
            }
            _exit(0);
        }
        sit();
    }
}

static void without_environment(void) {
    if (fork() == 0) {
        setsid();
        char *argv[] = {self, "pair", NULL};
        char *envp[] = {NULL};
        execve(self, argv, envp);
        _exit(9);
    }
}

static void tree(void) {
    deaf();
    if (fork() == 0) {
        deaf();
        sit();
    }
    daemonise();
    own_group();
    nested_subreaper();
    without_environment();
    if (fork() == 0) {
        role("hydra");
    }
    puts("ready");
    fflush(stdout);
    sit();
}

int main(int count, char **words) {
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (count < 2 || length <= 0) {
        return 64;
    }
    self[length] = '\0';
    if (strcmp(words[1], "hydra") == 0) {
        /* A program file called "calm" only sits, so that its tree can be counted (bench/peers/gate.py). */
        if (strcmp(strrchr(self, '/') + 1, "calm") == 0) {
            deaf();
            sit();
        }
        /* A new pid at every step, at full speed. */
        setsid();
        pid_t next = fork();
        while (next < 0) {
            /* Nobody reaped its last heads yet and they fill the process limit; it does not give up. */
            usleep(1000);
            next = fork();
        }
        if (next > 0) {
            _exit(0);
        }
        role("hydra");
    } else if (strcmp(words[1], "pair") == 0) {
        deaf();
        fork();
        sit();
    } else if (strcmp(words[1], "bomb") == 0) {
        puts("ready");
        fflush(stdout);
        for (;;) {
            fork();
        }
    } else if (strcmp(words[1], "broad") == 0) {
        for (int i = 0; i < 200; i++) {
            if (fork() == 0) {
                deaf();
                sit();
            }
        }
        puts("ready");
        fflush(stdout);
        sit();
    } else if (strcmp(words[1], "vfork") == 0) {
        /* The parent waits in the kernel until the child execs, which it does not. */
        if (vfork() == 0) {
            static const char ready[] = "ready\n";
            if (write(1, ready, sizeof ready - 1) < 0) {
                _exit(9);
            }
            sit();
        }
    } else if (strcmp(words[1], "untouchable") == 0) {
        /* A set-user-id program of root's: nobody else may signal it. It ends by its own alarm. */
        if (fork() == 0) {
            puts(setresuid(0, 0, 0) == 0 ? "ready" : "no root");
            fflush(stdout);
            alarm(14);
            sit();
        }
        sit();
    } else {
        tree();
    }
    return 0;
}
