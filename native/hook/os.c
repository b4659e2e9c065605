/* Clock, random name, whole writes, small files. */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ms(clockid_t which) {
    struct timespec t = {0, 0};
    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Never jumps: for deadlines. */
int64_t now_ms(void) {
    return clock_ms(CLOCK_MONOTONIC);
}

/* For records. */
int64_t wall_ms(void) {
    return clock_ms(CLOCK_REALTIME);
}

void mark(struct payload *what) {
    static const char digits[] = "0123456789abcdef";
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_REALTIME, &t);
    what->at_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    unsigned char raw[(ID_ROOM - 1) / 2];
    if (getentropy(raw, sizeof raw) != 0) {
        /* No random source at all (a broken chroot): unique on this machine is enough to count once. */
        uint64_t parts[2] = {(uint64_t)now_ms() * 1000003u, ((uint64_t)getpid() << 44) ^ (uint64_t)what->at_ms};
        memcpy(raw, parts, sizeof raw);
    }
    for (size_t i = 0; i < sizeof raw; i++) {
        what->id[2 * i] = digits[raw[i] >> 4];
        what->id[2 * i + 1] = digits[raw[i] & 15];
    }
    what->id[ID_ROOM - 1] = '\0';
    /* The nanoseconds begin the id, so that names of one millisecond sort by age, too. */
    long nanos = t.tv_nsec % 1000000;
    for (int i = NANO_DIGITS - 1; i >= 0; i--, nanos >>= 4) what->id[i] = digits[nanos & 15];
}

bool write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

bool read_own_file(int folder, const char *name, char *text, size_t room) {
    /* Not blocking, so that a pipe somebody put there cannot hold us. */
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    struct stat st;
    ssize_t n = -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid()) {
        n = read(fd, text, room - 1);
    }
    close(fd);
    if (n < 0) return false;
    text[n] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return true;
}
