/*
 * One cgroup for each sidecar, where this user may make some: it kills at one stroke, and it can
 * limit memory and processes. Only ever an addition: an empty cgroup is not taken for a proof,
 * since whoever may make cgroups may also move a process out of one.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The same number on every architecture. A test takes another one, for a kernel without it. */
#ifndef PROA_CLONE3
#define PROA_CLONE3 435
#endif

enum { CGROUP2_MAGIC = 0x63677270, LONG_LINE = 8192, DEEPEST = 16 };

/* The name of our own leaf: processes and limits for others may not be in one cgroup. */
static const char LEAF[] = "proa-runtime";

static char base[PATH_MAX - 2 * CGROUP_NAME_LIMIT]; /* the cgroup that holds the sidecars' */
static char instance[INSTANCE_LIMIT + 1];

/* ---- finding our own place ---- */

static bool write_text(const char *path, const char *text) {
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

static bool read_own_path(char *path, size_t size) {
    FILE *file = fopen("/proc/self/cgroup", "re");
    char line[LONG_LINE];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        found = strncmp(line, "0::/", 4) == 0 && strlen(line + 3) < size;
        if (found) {
            strcpy(path, line + 3);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    /* Outside of what this cgroup namespace shows. */
    return found && strncmp(path, "/..", 3) != 0;
}

/* A line of mountinfo: 36 35 98:0 ROOT MOUNTPOINT OPTIONS... - TYPE SOURCE OPTIONS */
static bool is_cgroup2(char *line, const char **root, const char **mountpoint) {
    const char *type = strstr(line, " - cgroup2 ");
    char *save;
    char *word = strtok_r(line, " ", &save);
    for (int i = 0; word != NULL && i < 3; i++) {
        word = strtok_r(NULL, " ", &save);
    }
    *root = word;
    *mountpoint = word == NULL ? NULL : strtok_r(NULL, " ", &save);
    /* Blanks in a path are written as escapes; nobody mounts it there. */
    return type != NULL && *mountpoint != NULL && strchr(*mountpoint, '\\') == NULL;
}

/* The folder of our own cgroup, by the first mount that shows it. */
static bool locate(char *folder, size_t size) {
    char own[PATH_MAX];
    char line[LONG_LINE];
    bool found = false;
    FILE *mounts = read_own_path(own, sizeof own) ? fopen("/proc/self/mountinfo", "re") : NULL;
    while (mounts != NULL && !found && fgets(line, sizeof line, mounts) != NULL) {
        const char *root;
        const char *mountpoint;
        if (!is_cgroup2(line, &root, &mountpoint)) {
            continue;
        }
        size_t shown = strcmp(root, "/") == 0 ? 0 : strlen(root);
        if (strncmp(own, root, shown) == 0) {
            const char *rest = strcmp(own + shown, "/") == 0 ? "" : own + shown;
            int length = snprintf(folder, size, "%s%s", mountpoint, rest);
            struct statfs kind;
            found = length > 0 && (size_t)length < size && statfs(folder, &kind) == 0
                    && (unsigned long)kind.f_type == CGROUP2_MAGIC;
        }
    }
    if (mounts != NULL) {
        fclose(mounts);
    }
    return found;
}

static bool marked(const char *folder, const char *attribute) {
    char value[4] = "";
    return getxattr(folder, attribute, value, sizeof value - 1) > 0 && value[0] == '1';
}

/* root may write everywhere; what systemd has not given away is systemd's all the same. */
static bool given_to_us(const char *folder) {
    if (geteuid() != 0 || access("/run/systemd/system", F_OK) != 0) {
        return true;
    }
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    struct statfs kind;
    while (statfs(path, &kind) == 0 && (unsigned long)kind.f_type == CGROUP2_MAGIC) {
        if (marked(path, "trusted.delegate") || marked(path, "user.delegate")) {
            return true;
        }
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path) {
            return false;
        }
        *slash = '\0';
    }
    return false;
}

static bool writable(const char *folder) {
    char procs[PATH_MAX];
    snprintf(procs, sizeof procs, "%s/cgroup.procs", folder);
    return access(folder, W_OK) == 0 && access(procs, W_OK) == 0;
}

void cgroup_path(char *path, size_t size, const char *name) {
    snprintf(path, size, "%s/%s", base, name);
}

static void file_path(char *path, size_t size, const char *name, const char *file) {
    snprintf(path, size, "%s/%s/%s", base, name, file);
}

/* Whether sidecars can have cgroups: found out with one, as permissions alone do not tell. */
static bool proved(void) {
    char name[CGROUP_NAME_LIMIT];
    cgroup_name(name, 0);
    if (!cgroup_make(name)) {
        return false;
    }
    char procs[PATH_MAX];
    file_path(procs, sizeof procs, name, "cgroup.procs");
    bool can_join = access(procs, W_OK) == 0;
    cgroup_remove(name);
    return can_join;
}

/* The root guard that made a cgroup of that name, or 0. */
static pid_t maker(const char *name) {
    const char *id = strrchr(name, '-');
    if (strncmp(name, "proa-", 5) != 0 || id == name + 4) {
        return 0;
    }
    const char *digits = id;
    while (digits > name && digits[-1] >= '0' && digits[-1] <= '9') {
        digits--;
    }
    return digits[-1] == '-' ? (pid_t)atol(digits) : 0;
}

/* Empty ones of chains that were killed as a whole. Those in use the kernel does not remove. */
static void remove_stale(void) {
    DIR *folder = opendir(base);
    if (folder == NULL) {
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        pid_t by = maker(entry->d_name);
        if (by > 0 && kill(by, 0) != 0 && errno == ESRCH) {
            unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
        }
    }
    closedir(folder);
}

bool cgroups_find(const char *of) {
    snprintf(instance, sizeof instance, "%s", of);
    if (!locate(base, sizeof base)) {
        return false;
    }
    char *slash = strrchr(base, '/');
    if (slash != NULL && strcmp(slash + 1, LEAF) == 0) {
        *slash = '\0'; /* a chain before this one has moved the application there */
    }
    if (!writable(base) || !given_to_us(base) || !proved()) {
        return false;
    }
    remove_stale();
    return true;
}

/* ---- one sidecar's ---- */

/* Not used by any other chain: a number belongs to one process only while that lives. */
void cgroup_name(char *name, uint32_t id) {
    snprintf(name, CGROUP_NAME_LIMIT, "proa-%s%s%d-%u", instance, instance[0] == '\0' ? "" : "-",
            (int)getpid(), id);
}

bool cgroup_make(const char *name) {
    char path[PATH_MAX];
    cgroup_path(path, sizeof path, name);
    if (mkdir(path, 0755) == 0) {
        return true;
    }
    /* Left by a chain with the same number that was killed; then it is empty. */
    return errno == EEXIST && rmdir(path) == 0 && mkdir(path, 0755) == 0;
}

/*
 * Forks into the cgroup, which spares the wait for all of the kernel's other forks that moving a
 * living process costs. -1 where that cannot be done.
 */
pid_t cgroup_fork(const char *name) {
    char path[PATH_MAX];
    cgroup_path(path, sizeof path, name);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    struct {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
        uint64_t set_tid, set_tid_size, cgroup;
    } how = {.flags = 0x200000000ULL /* CLONE_INTO_CGROUP, Linux 5.7 */,
            .exit_signal = 17 /* SIGCHLD */,
            .cgroup = (uint64_t)folder};
    pid_t child = (pid_t)syscall(PROA_CLONE3, &how, sizeof how);
    if (child != 0) {
        close(folder);
    }
    return child;
}

bool cgroup_join(const char *name) {
    char path[PATH_MAX];
    file_path(path, sizeof path, name, "cgroup.procs");
    return write_text(path, "0");
}

/* Without cgroup.kill (before Linux 5.14) the sweep does it alone. */
void cgroup_kill(const char *name) {
    char path[PATH_MAX];
    file_path(path, sizeof path, name, "cgroup.kill");
    write_text(path, "1");
}

static void remove_tree(const char *path, int depth) {
    DIR *folder = rmdir(path) == 0 || errno != EBUSY || depth == 0 ? NULL : opendir(path);
    if (folder == NULL) {
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char below[PATH_MAX];
        int length = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0
                && strcmp(entry->d_name, "..") != 0 && length < (int)sizeof below) {
            remove_tree(below, depth - 1);
        }
    }
    closedir(folder);
    rmdir(path);
}

/* With those that the sidecar may have made in it. */
void cgroup_remove(const char *name) {
    char path[PATH_MAX];
    cgroup_path(path, sizeof path, name);
    remove_tree(path, DEEPEST);
}

/* ---- limits ---- */

static bool holds_word(const char *file, const char *word) {
    char path[PATH_MAX];
    char text[1024];
    snprintf(path, sizeof path, "%s/%s", base, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[length > 0 ? length : 0] = '\0';
    char *save;
    for (char *at = strtok_r(text, " \n", &save); at != NULL; at = strtok_r(NULL, " \n", &save)) {
        if (strcmp(at, word) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(long pid, const pid_t *own, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (own[i] == pid) {
            return true;
        }
    }
    return false;
}

/*
 * A cgroup whose children have limits holds no process itself. Ours go to a leaf of their own, but
 * only if nobody else is here: a terminal's shell, say, is not ours to move.
 */
static bool move_to_leaf(const pid_t *own, size_t count) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/cgroup.procs", base);
    FILE *members = fopen(path, "re");
    char line[32];
    bool alone = members != NULL;
    while (alone && fgets(line, sizeof line, members) != NULL) {
        alone = is_one_of(atol(line), own, count);
    }
    if (members != NULL) {
        fclose(members);
    }
    cgroup_path(path, sizeof path, LEAF);
    if (!alone || (mkdir(path, 0755) != 0 && errno != EEXIST)) {
        return false;
    }
    file_path(path, sizeof path, LEAF, "cgroup.procs");
    for (size_t i = 0; i < count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", (int)own[i]);
        if (!write_text(path, number) && errno != ESRCH) {
            return false;
        }
    }
    return true;
}

static bool enable(const char *controller, const pid_t *own, size_t count) {
    if (holds_word("cgroup.subtree_control", controller)) {
        return true;
    }
    if (!holds_word("cgroup.controllers", controller)) {
        return false;
    }
    char path[PATH_MAX];
    char change[32];
    snprintf(path, sizeof path, "%s/cgroup.subtree_control", base);
    snprintf(change, sizeof change, "+%s", controller);
    return write_text(path, change)
            || (errno == EBUSY && move_to_leaf(own, count) && write_text(path, change));
}

static bool set(const char *name, const char *file, uint64_t value) {
    char path[PATH_MAX];
    char number[32];
    file_path(path, sizeof path, name, file);
    snprintf(number, sizeof number, "%llu", (unsigned long long)value);
    return write_text(path, number);
}

/* True when every limit that is not 0 is in force; own are the processes that may be moved. */
bool cgroup_limit(
        const char *name, uint64_t memory, uint32_t pids, const pid_t *own, size_t count) {
    bool memory_kept =
            memory == 0 || (enable("memory", own, count) && set(name, "memory.max", memory));
    bool pids_kept = pids == 0 || (enable("pids", own, count) && set(name, "pids.max", pids));
    return memory_kept && pids_kept;
}
