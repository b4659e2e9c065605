/*
 * The spool: payloads that nobody took, one file each, delivered in order by a later hook. A name is
 * MILLISECONDS-ID.json, so that names sort by age and a repeat carries the same id.
 */
#define _GNU_SOURCE
#include "hook.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPOOL_BYTES ((int64_t)64 * 1024 * 1024)
enum { SPOOL_FILES = 10000, TIME_DIGITS = 13, NAME_ROOM = 64, ORPHAN_S = 3600 };

/* Opens a folder below another, making it if asked; -1 if it is not there or somebody else's. */
static int open_folder(int parent, const char *name, bool make) {
    if (make && mkdirat(parent, name, 0700) != 0 && errno != EEXIST) return -1;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -1;
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & S_IWOTH) == 0) return fd;
    close(fd);
    return -1;
}

/* Makes the folders above, as mkdir -p does; those that exist stay as they are. */
static void make_parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

int state_folder(bool make) {
    char path[PATH_ROOM];
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    const char *tail = "proa/dev.proa.agent-monitor";
    int n = -1;
    /* XDG Base Directory: a relative path is ignored. */
    if (state != NULL && state[0] == '/') n = snprintf(path, sizeof path, "%s/%s", state, tail);
    else if (home != NULL && home[0] == '/') n = snprintf(path, sizeof path, "%s/.local/state/%s", home, tail);
    if (n < 0 || (size_t)n >= sizeof path) return -1;
    if (make) make_parents(path);
    return open_folder(AT_FDCWD, path, make);
}

int spool_folder(int state, bool make) {
    return state < 0 ? -1 : open_folder(state, "spool", make);
}

static bool is_spooled(const char *name) {
    size_t length = strlen(name);
    return length == TIME_DIGITS + 1 + (ID_ROOM - 1) + 5 && strspn(name, "0123456789") == TIME_DIGITS
            && name[TIME_DIGITS] == '-' && strspn(name + TIME_DIGITS + 1, "0123456789abcdef") == ID_ROOM - 1
            && strcmp(name + length - 5, ".json") == 0;
}

static void name_of(const struct payload *what, char name[NAME_ROOM]) {
    snprintf(name, NAME_ROOM, "%0*lld-%s.json", TIME_DIGITS, (long long)what->at_ms, what->id);
}

static DIR *entries(int spool) {
    int again = openat(spool, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    if (dir == NULL && again >= 0) close(again);
    return dir;
}

/* Whether another payload fits; the oldest stay, for they tell how it began. Hooks that look at the same
   moment may go over by one file each. */
static bool has_room(int spool, size_t bytes) {
    DIR *dir = entries(spool);
    if (dir == NULL) return false;
    int64_t total = (int64_t)bytes;
    int files = 1;
    struct stat st;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (fstatat(spool, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) continue;
        files++;
        total += st.st_size;
    }
    closedir(dir);
    return files <= SPOOL_FILES && total <= SPOOL_BYTES;
}

bool spool_put(int spool, const struct payload *what) {
    if (spool < 0 || !has_room(spool, what->length)) return false;
    char name[NAME_ROOM];
    char fresh[NAME_ROOM + 8];
    name_of(what, name);
    snprintf(fresh, sizeof fresh, ".tmp-%s", name);
    int fd = openat(spool, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool whole = write_all(fd, what->bytes, what->length);
    whole = close(fd) == 0 && whole; /* a full disk may be told only here */
    if (whole && renameat(spool, fresh, spool, name) == 0) return true;
    unlinkat(spool, fresh, 0);
    return false;
}

void spool_drop(int spool, const struct payload *what) {
    char name[NAME_ROOM];
    name_of(what, name);
    unlinkat(spool, name, 0);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Removes what a hook left half-written that was killed a while ago. */
static void remove_orphan(int spool, const char *name) {
    struct stat st;
    if (fstatat(spool, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && wall_ms() / 1000 - st.st_mtime > ORPHAN_S) {
        unlinkat(spool, name, 0);
    }
}

/* The names that wait, oldest first; their number. */
static size_t waiting(int spool, char **names, size_t room) {
    DIR *dir = entries(spool);
    if (dir == NULL) return 0;
    size_t count = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL && count < room;) {
        if (strncmp(e->d_name, ".tmp-", 5) == 0) remove_orphan(spool, e->d_name);
        if (is_spooled(e->d_name) && (names[count] = strdup(e->d_name)) != NULL) count++;
    }
    closedir(dir);
    qsort(names, count, sizeof names[0], by_name);
    return count;
}

/* Reads a file; false if that fails now (EIO, ENOMEM) or it is none that a hook wrote. */
static bool load(int spool, const char *name, struct payload *what, size_t *size) {
    int fd = openat(spool, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    bool whole = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    *size = whole ? (size_t)st.st_size : 0;
    if (whole && *size > 0 && *size <= PAYLOAD_MAX) whole = (what->bytes = malloc(*size)) != NULL;
    while (whole && *size <= PAYLOAD_MAX && what->length < *size) {
        ssize_t n = read(fd, what->bytes + what->length, *size - what->length);
        if (n > 0) what->length += (size_t)n;
        else whole = n < 0 && errno == EINTR;
    }
    if (fd >= 0) close(fd);
    what->at_ms = strtoll(name, NULL, 10);
    memcpy(what->id, name + TIME_DIGITS + 1, ID_ROOM - 1);
    return whole;
}

/* Sends one file; false when going on makes no sense now. One that cannot be read stays for another day,
   and does not hold up the others. */
static bool flush_one(int spool, const char *name, const struct ingest *to, int64_t end) {
    struct payload p = {0};
    size_t size;
    if (!load(spool, name, &p, &size)) {
        free(p.bytes);
        return true;
    }
    enum verdict verdict = REFUSED; /* nothing, or more than a hook writes */
    if (size > 0 && size <= PAYLOAD_MAX) {
        int64_t deadline = now_ms() + REQUEST_MS;
        verdict = ingest_post(to, &p, deadline < end ? deadline : end);
        if (verdict == TOO_LARGE && cut_down(&p)) verdict = ingest_post(to, &p, end);
    }
    free(p.bytes);
    if (verdict != LATER) unlinkat(spool, name, 0);
    return verdict != LATER;
}

void spool_flush(int spool, const struct ingest *to) {
    if (spool < 0) return;
    int lock = openat(spool, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    char **names = calloc(SPOOL_FILES, sizeof names[0]);
    /* One hook delivers; the others leave it to that one. */
    if (lock >= 0 && names != NULL && flock(lock, LOCK_EX | LOCK_NB) == 0) {
        int64_t end = now_ms() + FLUSH_MS;
        size_t count = waiting(spool, names, SPOOL_FILES);
        for (size_t i = 0; i < count && now_ms() < end; i++) {
            if (!flush_one(spool, names[i], to, end)) break;
        }
    }
    if (lock >= 0) close(lock);
}
