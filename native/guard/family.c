/*
 * The processes below this guard. A guard is a subreaper, so whoever loses its parent becomes the
 * guard's own child: waitpid saying ECHILD is the kernel's word that nobody is left.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t self;
static spared_fn *spared_by;
static reaped_fn *reaped_by;
static int children_fd = -1;

static struct process *table;
static size_t table_size;
static size_t table_room;
static pid_t *direct;
static size_t direct_room;

/* To be called in the guard itself, after the fork that made it. */
void family_init(spared_fn *spared, reaped_fn *reaped) {
    self = getpid();
    spared_by = spared;
    reaped_by = reaped;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)self);
    children_fd = open(path, O_RDONLY | O_CLOEXEC);
    table_size = 0;
}

bool family_is_spared(pid_t pid) {
    return spared_by != NULL && spared_by(pid);
}

/* Buries every dead child; true when there is no child at all. */
bool family_reap(void) {
    for (;;) {
        int status;
        struct rusage used;
        pid_t pid = wait4(-1, &status, WNOHANG | __WALL, &used);
        if (pid > 0) {
            reaped_by(pid, status, &used);
        } else if (pid == 0) {
            return false;
        } else if (errno != EINTR) {
            return errno == ECHILD;
        }
    }
}

/* Doubles a buffer; without memory the sweep goes on with what it has. */
static bool grow(void **items, size_t *room, size_t size) {
    size_t wanted = *room == 0 ? 256 : *room * 2;
    void *bigger = realloc(*items, wanted * size);
    if (bigger == NULL) {
        return false;
    }
    *items = bigger;
    *room = wanted;
    return true;
}

static bool read_process(pid_t pid, struct process *process) {
    char path[32];
    char text[768];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    /* The name may hold anything, also blanks and brackets; the fields begin behind its last one. */
    const char *fields = strrchr(text, ')');
    int parent;
    long threads;
    if (fields == NULL
            || sscanf(fields + 1,
                       " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %llu",
                       &process->state, &parent, &threads, &process->start)
                    != 4) {
        return false;
    }
    process->pid = pid;
    process->parent = parent;
    process->leader_only = threads <= 1;
    process->ours = false;
    return true;
}

static int by_pid(const void *left, const void *right) {
    pid_t a = ((const struct process *)left)->pid;
    pid_t b = ((const struct process *)right)->pid;
    return (a > b) - (a < b);
}

static struct process *find(pid_t pid) {
    struct process key = {.pid = pid};
    return table_size == 0 ? NULL
                           : bsearch(&key, table, table_size, sizeof *table, by_pid);
}

static bool descends(const struct process *process) {
    /* A scan is no snapshot: a chain may be inconsistent, but never longer than the table. */
    for (size_t step = 0; step <= table_size; step++) {
        if (process->parent == self) {
            return !family_is_spared(process->pid);
        }
        process = find(process->parent);
        if (process == NULL) {
            return false;
        }
    }
    return false;
}

/* Reads the whole of /proc and marks the living or dead processes that are ours. */
size_t family_scan(struct process **found) {
    table_size = 0;
    *found = table;
    DIR *proc = opendir("/proc");
    if (proc == NULL) {
        return 0;
    }
    struct dirent *entry;
    while ((entry = readdir(proc)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0])) {
            continue;
        }
        if (table_size == table_room
                && !grow((void **)&table, &table_room, sizeof *table)) {
            break;
        }
        if (read_process(atoi(entry->d_name), &table[table_size])) {
            table_size++;
        }
    }
    closedir(proc);
    if (table_size > 0) {
        qsort(table, table_size, sizeof *table, by_pid);
    }
    for (size_t i = 0; i < table_size; i++) {
        table[i].ours = descends(&table[i]);
    }
    *found = table;
    return table_size;
}

/*
 * The guard's own children, dead ones included. Nobody else can bury them, so their pids stay
 * theirs until family_reap, and the list is complete although it is not read at one moment.
 */
size_t family_direct(pid_t **pids) {
    size_t count = 0;
    *pids = direct;
    if (children_fd < 0) {
        struct process *found;
        size_t size = family_scan(&found);
        for (size_t i = 0; i < size; i++) {
            if (found[i].parent != self) {
                continue;
            }
            if (count == direct_room && !grow((void **)&direct, &direct_room, sizeof *direct)) {
                break;
            }
            direct[count++] = found[i].pid;
        }
        *pids = direct;
        return count;
    }
    char text[4096];
    off_t offset = 0;
    ssize_t length;
    pid_t pid = 0;
    while ((length = pread(children_fd, text, sizeof text, offset)) > 0) {
        for (ssize_t i = 0; i < length; i++) {
            if (isdigit((unsigned char)text[i])) {
                pid = pid * 10 + (text[i] - '0');
            } else if (pid != 0) {
                if (count == direct_room
                        && !grow((void **)&direct, &direct_room, sizeof *direct)) {
                    *pids = direct;
                    return count;
                }
                direct[count++] = pid;
                pid = 0;
            }
        }
        offset += length;
    }
    *pids = direct;
    return count;
}

bool family_has_unspared_child(void) {
    pid_t *pids;
    size_t count = family_direct(&pids);
    for (size_t i = 0; i < count; i++) {
        if (!family_is_spared(pids[i])) {
            return true;
        }
    }
    return false;
}

/*
 * Signals a process found by the last scan if it is still that process. The pidfd is opened first:
 * if the number changes hands afterwards, the signal reaches the dead one, which is nobody.
 */
bool family_signal(const struct process *process, int signal) {
    int pidfd = open_pidfd(process->pid);
    if (pidfd < 0) {
        return false;
    }
    struct process current;
    bool same = read_process(process->pid, &current) && current.start == process->start;
    if (same && current.parent != self && current.parent != process->parent) {
        const struct process *parent = find(current.parent);
        same = parent != NULL && parent->ours;
    }
    bool sent = same && signal_pidfd(pidfd, signal) == 0;
    close(pidfd);
    return sent;
}

void family_signal_all(int signal) {
    struct process *found;
    size_t size = family_scan(&found);
    for (size_t i = 0; i < size; i++) {
        if (found[i].ours && !(found[i].state == 'Z' && found[i].leader_only)) {
            family_signal(&found[i], signal);
        }
    }
}

size_t family_list(uint32_t *pids, size_t limit) {
    struct process *found;
    size_t size = family_scan(&found);
    size_t count = 0;
    for (size_t i = 0; i < size && count < limit; i++) {
        if (found[i].ours) {
            pids[count++] = (uint32_t)found[i].pid;
        }
    }
    return count;
}
