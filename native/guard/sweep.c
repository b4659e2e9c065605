/*
 * Freeze, then kill. Frozen processes neither fork nor restart each other, so the set that is to be
 * killed stops growing. Nothing here is final: rounds follow each other until no child is left.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { FREEZE_MS = 30, CHASES = 256, LONGEST_PAUSE_MS = 50, SLOW_PAUSE_MS = 1000, MARKS = 4096 };

/* Direct mapped memory of pids already stopped in this round; a collision costs one more signal. */
static pid_t stopped[MARKS];

static bool remember(pid_t pid) {
    pid_t *mark = &stopped[(unsigned)pid % MARKS];
    bool fresh = *mark != pid;
    *mark = pid;
    return fresh;
}

/*
 * A process that forks and exits for ever becomes the guard's own child at every step. This loop is
 * shorter than a fork, so it catches one of them alive. Children cannot be buried by anyone but
 * this guard, so signalling them by number is safe until the next reap.
 */
static void chase(void) {
    for (int i = 0; i < CHASES; i++) {
        if (family_reap()) {
            return;
        }
        pid_t *pids;
        size_t count = family_direct(&pids);
        bool fresh = false;
        for (size_t k = 0; k < count; k++) {
            if (!family_is_spared(pids[k]) && remember(pids[k])) {
                kill(pids[k], SIGSTOP);
                fresh = true;
            }
        }
        if (!fresh) {
            return;
        }
    }
}

static bool stands_still(char state) {
    return strchr("TtZX", state) != NULL;
}

/* Stops whom a scan finds; true when all of them stood still already. */
static bool freeze_once(void) {
    struct process *found;
    size_t size = family_scan(&found);
    bool still = true;
    for (size_t i = 0; i < size; i++) {
        if (found[i].ours && !stands_still(found[i].state)) {
            family_signal(&found[i], SIGSTOP);
            /* D is the parent of a vfork, or somebody waiting for a disk: no use waiting for it. */
            still = still && found[i].state == 'D';
        }
    }
    return still;
}

void sweep_begin(struct sweep *sweep) {
    if (!sweep->active) {
        int64_t now = now_ms();
        *sweep = (struct sweep){
                .active = true, .since = now, .next = now, .report = now + REPORT_AFTER_MS, .pause = 1};
    }
}

void sweep_round(struct sweep *sweep) {
    int64_t until = now_ms() + FREEZE_MS;
    memset(stopped, 0, sizeof stopped);
    do {
        chase();
    } while (!freeze_once() && now_ms() < until);
    family_signal_all(SIGKILL);
    int64_t now = now_ms();
    sweep->next = now + sweep->pause;
    sweep->pause *= 2;
    if (now - sweep->since > REPORT_AFTER_MS) {
        sweep->pause = SLOW_PAUSE_MS;
    } else if (sweep->pause > LONGEST_PAUSE_MS) {
        sweep->pause = LONGEST_PAUSE_MS;
    }
}

/* After ten seconds, then ever more rarely: at most some thirty reports in a century. */
bool sweep_report_due(struct sweep *sweep) {
    int64_t now = now_ms();
    if (!sweep->active || now < sweep->report) {
        return false;
    }
    sweep->report = now + (now - sweep->since);
    return true;
}
