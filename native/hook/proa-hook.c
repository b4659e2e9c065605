/*
 * proa-hook AGENT [--safety]: takes one hook payload of a coding agent from stdin and hands it to the agent
 * monitor on this machine.
 *
 * The agent waits for this program, and reads meaning into its output and exit code. So it prints
 * nothing, exits 0, and leaves as soon as the payload is read; only with --safety it says 2 and why to
 * a shell command that would delete everything: a second process, in a session
 * of its own and with none of the agent's descriptors, delivers it or puts it into the spool.
 */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    STDIN_IDLE_MS = 1000, /* an agent that has said all but does not close the pipe */
    STDIN_TOTAL_MS = 2000,
    DETACH_MS = 500
};

/* Makes room for another read; false when the payload is as large as may be kept. */
static bool grow(struct payload *p, size_t *room) {
    if (p->length < *room) return true;
    if (*room >= PAYLOAD_MAX) return false;
    size_t wider = *room == 0 ? 64 * 1024 : *room * 2;
    char *moved = realloc(p->bytes, wider);
    if (moved == NULL) return false;
    p->bytes = moved;
    *room = wider;
    return true;
}

/* Reads until the end, or until the agent has been silent for too long. What is over is drained, so that
   the agent never sees a broken pipe. */
static void read_payload(struct payload *p) {
    static char beyond[64 * 1024];
    size_t room = 0;
    int64_t end = now_ms() + STDIN_TOTAL_MS;
    for (;;) {
        int64_t left = end - now_ms();
        if (left <= 0) return;
        struct pollfd in = {.fd = 0, .events = POLLIN};
        int ready = poll(&in, 1, (int)(left < STDIN_IDLE_MS ? left : STDIN_IDLE_MS));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0 || (in.revents & POLLNVAL) != 0) return;
        bool kept = grow(p, &room);
        ssize_t n = kept ? read(0, p->bytes + p->length, room - p->length) : read(0, beyond, sizeof beyond);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) return;
        if (kept) p->length += (size_t)n;
        else p->cut += (size_t)n;
    }
}

static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) return;
#endif
    struct rlimit limit;
    int end = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536) end = (int)limit.rlim_cur;
    for (int fd = first; fd < end; fd++) close(fd);
}

/* Lets go of everything that is the agent's: session, terminal, folder, descriptors. Whatever of the
   agent's pipes stayed open here would keep the agent waiting for their end. */
static void leave_the_agent(void) {
    setsid();
    close_from(0);
    if (open("/dev/null", O_RDWR) == 0) {
        dup2(0, 1);
        dup2(0, 2);
    }
    if (chdir("/") != 0) return; /* only keeps a folder busy */
}

/* The agent may have blocked or ignored signals; ours are plain, and a hang ends by itself. */
static void plain_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

static void deliver(struct payload *p) {
    int state = state_folder(false);
    int spool = -1;
    struct ingest to;
    bool known = ingest_address(state, &to);
    /* A name look-up can hang beyond every deadline of ours: the payload is safe first. */
    bool kept = known && to.named && (spool = spool_folder(state_folder(true), true)) >= 0 && spool_put(spool, p);

    enum verdict verdict = known ? ingest_post(&to, p, now_ms() + REQUEST_MS) : LATER;
    if (verdict == TOO_LARGE && cut_down(p)) verdict = ingest_post(&to, p, now_ms() + REQUEST_MS);
    if (verdict == LATER) {
        if (!kept) spool_put(spool_folder(state_folder(true), true), p);
        return;
    }
    if (kept) spool_drop(spool, p);
    if (spool < 0) spool = spool_folder(state, false);
    if (verdict == TAKEN) spool_flush(spool, &to);
}

/* Whether the agent has to be told no; the payload then says so, too. */
static bool forbids(struct payload *p) {
    const char *off = getenv("AGENTMONITOR_SAFETY");
    if (off != NULL && strcmp(off, "0") == 0) return false;
    char *command = bash_command(p);
    if (command == NULL) return false;
    char reason[192];
    const char *word = NULL;
    bool fatal = command_is_fatal(command, getenv("HOME"), reason, sizeof reason);
    size_t length = fatal ? 0 : sensitive_word(command, &word);
    if (fatal) {
        fprintf(stderr, "Blocked: %s. Set AGENTMONITOR_SAFETY=0 for the agent to allow it.\n", reason);
        say_blocked(p, reason);
    } else if (length > 0) {
        fprintf(stderr, "Careful: %.*s may hold secrets.\n", (int)(length < 200 ? length : 200), word);
    }
    free(command);
    return fatal;
}

int main(int argc, char **argv) {
    plain_signals();
    if (argc < 2 || strcmp(argv[1], "claude") != 0) return 0;
    bool safety = argc == 3 && strcmp(argv[2], "--safety") == 0;
    if (argc > 2 && !safety) return 0;
    struct payload p = {0};
    mark(&p);
    read_payload(&p);
    if (p.length == 0) return 0;
    umask(077);
    int said = safety && p.cut == 0 && forbids(&p) ? 2 : 0;

    int left[2];
    bool told = pipe(left) == 0;
    pid_t child = fork();
    if (child == 0) {
        leave_the_agent(); /* closes the pipe too, which is what the parent waits for */
        alarm(LIFE_S);
        if (p.cut == 0 || cut_down(&p)) deliver(&p);
        return 0;
    }
    if (child < 0) { /* no process to be had: the spool is quick, the network may not be */
        if (p.cut == 0 || cut_down(&p)) spool_put(spool_folder(state_folder(true), true), &p);
        return said;
    }
    if (told) {
        /* Until the child is in its own session: the agent may kill our group once we are gone. */
        close(left[1]);
        struct pollfd gone = {.fd = left[0], .events = POLLIN};
        poll(&gone, 1, DETACH_MS);
    }
    return said;
}
