/* What the two halves of the root guard share: root.c obeys, sidecars.c reports. */
#ifndef PROA_ROOT_H
#define PROA_ROOT_H

#include "guard.h"

struct sidecar {
    bool used;
    uint32_t id;
    pid_t guard;    /* 0 once buried */
    pid_t main;     /* 0 until STARTED */
    int socket;     /* -1 once the guard is gone */
    int out;        /* read end of the sidecar's output, -1 once the application has it */
    bool exited;    /* EXITED is said */
    bool ended;     /* EMPTY or SPAWN_FAILED is said */
    bool abandoned; /* its guard died before it was empty: the tree is now ours */
    bool stop_wanted;
    bool kill_wanted;
    struct order stop;
    uint32_t survivors;
    char cgroup[CGROUP_NAME_LIMIT]; /* empty: none */
    bool limits_wanted;
    bool limits; /* all that were wanted are in force */
};

extern struct sidecar sidecars[SIDECAR_LIMIT];
extern int sidecar_count; /* one more than the highest slot ever used */

extern struct root {
    int app;    /* pidfd */
    int warden; /* pidfd */
    int deaths; /* signalfd */
    pid_t pid;
    pid_t application;
    pid_t warden_pid;
    pid_t *guards; /* shared with the warden: the child guards by slot */
    bool greeted;
    bool cgroups;  /* sidecars get one each */
    bool closing; /* no new sidecars */
    bool doomed;  /* nobody to work for: end everything at once */
    int code;
    struct sweep sweep;
} me;

struct sidecar *sidecar_by_id(uint32_t id);
bool sidecar_is_guard(pid_t pid);
void sidecar_reaped(pid_t pid, int status, const struct rusage *used);
void sidecar_hear_guard(struct sidecar *sidecar);
void sidecar_release_if_over(struct sidecar *sidecar);
void sidecar_failed(uint32_t id, int stage, int error);
void sidecar_drop_cgroup(struct sidecar *sidecar);
void sweep_orphans(void);
void close_fd(int *fd);

#endif
