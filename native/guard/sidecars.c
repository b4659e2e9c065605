/* What becomes of sidecars: their guards' reports, and the trees whose guard has died. */
#define _GNU_SOURCE
#include "root.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct sidecar sidecars[SIDECAR_LIMIT];
int sidecar_count;
struct root me;

struct sidecar *sidecar_by_id(uint32_t id) {
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].id == id) {
            return &sidecars[i];
        }
    }
    return NULL;
}

bool sidecar_is_guard(pid_t pid) {
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].guard == pid) {
            return true;
        }
    }
    return false;
}

void close_fd(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

void sidecar_release_if_over(struct sidecar *sidecar) {
    if (sidecar->used && sidecar->ended && sidecar->guard == 0
            && (sidecar->out < 0 || me.doomed)) {
        close_fd(&sidecar->out);
        sidecar->used = false;
    }
}

/* ---- what the application hears ---- */

void sidecar_failed(uint32_t id, int stage, int error) {
    event_begin(SPAWN_FAILED);
    event_u32(F_ID, id);
    event_u32(F_STAGE, (uint32_t)stage);
    event_u32(F_ERRNO, (uint32_t)error);
    event_end();
}

static void say_exited(struct sidecar *sidecar, const struct report *report) {
    sidecar->exited = true;
    event_begin(EXITED);
    event_u32(F_ID, sidecar->id);
    event_u32(F_HOW, report->first);
    event_u32(F_VALUE, report->second);
    event_u64(F_UTIME_US, report->utime_us);
    event_u64(F_STIME_US, report->stime_us);
    event_u64(F_MAXRSS_KB, report->maxrss_kb);
    event_end();
}

static void say_empty(struct sidecar *sidecar, uint32_t survivors) {
    sidecar->ended = true;
    event_begin(EMPTY);
    event_u32(F_ID, sidecar->id);
    event_u32(F_SURVIVORS, survivors);
    event_end();
}

static void say_not_empty(uint32_t id, const uint32_t *pids, size_t count) {
    event_begin(NOT_EMPTY);
    event_u32(F_ID, id);
    for (size_t i = 0; i < count; i++) {
        event_u32(F_PID, pids[i]);
    }
    event_end();
}

/* Its guard has done so already, unless it was killed. */
void sidecar_drop_cgroup(struct sidecar *sidecar) {
    if (sidecar->cgroup[0] != '\0') {
        cgroup_remove(sidecar->cgroup);
        sidecar->cgroup[0] = '\0';
    }
}

static void say_started(struct sidecar *sidecar, uint32_t pid, bool in_cgroup) {
    sidecar->main = (pid_t)pid;
    event_begin(STARTED);
    event_u32(F_ID, sidecar->id);
    event_u32(F_PID, pid);
    event_u32(F_GUARD_PID, (uint32_t)sidecar->guard);
    event_u32(F_OUT_FD, (uint32_t)sidecar->out);
    if (in_cgroup) {
        char path[PATH_MAX];
        cgroup_path(path, sizeof path, sidecar->cgroup);
        event_string(F_CGROUP, path);
    }
    if (sidecar->limits_wanted) {
        event_u32(F_LIMITS, sidecar->limits && in_cgroup);
    }
    event_end();
}

static void pass_on(struct sidecar *sidecar, const struct report *report) {
    switch (report->type) {
        case STARTED:
            say_started(sidecar, report->first, report->second != 0);
            break;
        case SPAWN_FAILED:
            sidecar->ended = true;
            close_fd(&sidecar->out);
            sidecar_failed(sidecar->id, (int)report->first, (int)report->second);
            break;
        case EXITED:
            say_exited(sidecar, report);
            break;
        case EMPTY:
            say_empty(sidecar, report->first);
            break;
        case NOT_EMPTY:
            say_not_empty(sidecar->id, report->pids,
                    report->first < PIDS_IN_REPORT ? report->first : PIDS_IN_REPORT);
            break;
        default:
            diagnose("a guard sent a report of type %u", report->type);
    }
}

void sidecar_hear_guard(struct sidecar *sidecar) {
    struct report report;
    ssize_t count;
    while ((count = recv(sidecar->socket, &report, sizeof report, MSG_DONTWAIT)) != 0) {
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            return;
        }
        if (count != (ssize_t)sizeof report) {
            break;
        }
        pass_on(sidecar, &report);
    }
    close_fd(&sidecar->socket);
}

/* ---- guards that died before their work was done ---- */

static void guard_has_died(struct sidecar *sidecar) {
    if (sidecar->socket >= 0) {
        sidecar_hear_guard(sidecar);
    }
    close_fd(&sidecar->socket);
    me.guards[sidecar - sidecars] = 0;
    sidecar->guard = 0;
    if (!sidecar->ended) {
        diagnose("the guard of sidecar %u died; ending what it kept", sidecar->id);
        sidecar->abandoned = true;
        if (sidecar->cgroup[0] != '\0') {
            cgroup_kill(sidecar->cgroup);
        }
        sweep_begin(&me.sweep);
    }
    sidecar_release_if_over(sidecar);
}

static void orphan_has_died(pid_t pid, int status, const struct rusage *used) {
    for (int i = 0; i < sidecar_count; i++) {
        struct sidecar *sidecar = &sidecars[i];
        if (sidecar->used && sidecar->main == pid && sidecar->guard == 0 && !sidecar->exited) {
            struct report report;
            fill_exit(&report, status, used);
            say_exited(sidecar, &report);
            return;
        }
    }
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].abandoned && WIFSIGNALED(status)
                && WTERMSIG(status) == SIGKILL) {
            sidecars[i].survivors++;
            return;
        }
    }
}

void sidecar_reaped(pid_t pid, int status, const struct rusage *used) {
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].guard == pid) {
            guard_has_died(&sidecars[i]);
            return;
        }
    }
    orphan_has_died(pid, status, used);
}

static void abandoned_is_empty(struct sidecar *sidecar) {
    sidecar->abandoned = false;
    sidecar_drop_cgroup(sidecar);
    if (sidecar->main == 0) {
        sidecar->ended = true;
        close_fd(&sidecar->out);
        sidecar_failed(sidecar->id, STAGE_GUARD, ECHILD);
    } else {
        if (!sidecar->exited) {
            /* Its guard buried it and died before it could say how it ended. */
            say_exited(sidecar, &(struct report){.first = HOW_UNKNOWN});
        }
        say_empty(sidecar, sidecar->survivors);
    }
    sidecar_release_if_over(sidecar);
}

static void report_stubborn(void) {
    uint32_t pids[PIDS_IN_REPORT];
    size_t count = family_list(pids, PIDS_IN_REPORT);
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].abandoned) {
            say_not_empty(sidecars[i].id, pids, count);
        }
    }
}

/* Orphans are children of ours that are no guards; without one, every abandoned tree is empty. */
void sweep_orphans(void) {
    if (!family_has_unspared_child()) {
        me.sweep.active = false;
        for (int i = 0; i < sidecar_count; i++) {
            if (sidecars[i].used && sidecars[i].abandoned) {
                abandoned_is_empty(&sidecars[i]);
            }
        }
        return;
    }
    sweep_begin(&me.sweep);
    if (now_ms() >= me.sweep.next) {
        sweep_round(&me.sweep);
    }
    if (sweep_report_due(&me.sweep)) {
        report_stubborn();
    }
}
