/* What the parts of proa-guard share. PROTOCOL.md says what the program promises. */
#ifndef PROA_GUARD_H
#define PROA_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum {
    PROTOCOL_VERSION = 1,
    FRAME_LIMIT = 4 << 20,
    SIDECAR_LIMIT = 1024,
    GRACE_LIMIT_MS = 24 * 60 * 60 * 1000,
    REPORT_AFTER_MS = 10 * 1000,
    PIDS_IN_REPORT = 64,
    LISTENER_LIMIT = 256,
    INSTANCE_LIMIT = 64,
    CGROUP_NAME_LIMIT = 128,
};

enum { EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_UNAVAILABLE = 69, EXIT_BROKEN = 70 };

/* os.c: the kernel's facilities, and what a guard does to itself. */
int64_t now_ms(void);
void diagnose(const char *format, ...) __attribute__((format(printf, 1, 2)));
int open_pidfd(pid_t pid);
int signal_pidfd(int pidfd, int signal);
bool pidfd_ended(int pidfd);
void close_from(int lowest);
bool place_fd(int fd, int target);
void become_guard(const char *name);
int child_signals(void);
void drain_signals(int signalfd);
bool never_block(int fd);

/* family.c: the processes below this guard. */
struct process {
    pid_t pid;
    pid_t parent;
    unsigned long long start; /* clock ticks since boot: tells a reused pid apart */
    char state;
    bool leader_only; /* a zombie leader with other threads is not dead */
    bool ours;
};

/* A direct child that is to be left alone, with everything below it. */
typedef bool spared_fn(pid_t pid);
typedef void reaped_fn(pid_t pid, int status, const struct rusage *used);

void family_init(spared_fn *spared, reaped_fn *reaped);
bool family_reap(void);
bool family_has_unspared_child(void);
size_t family_direct(pid_t **pids);
size_t family_scan(struct process **found);
bool family_signal(const struct process *process, int signal);
bool family_is_spared(pid_t pid);
void family_signal_all(int signal);
size_t family_list(uint32_t *pids, size_t limit);

/* sweep.c: freeze everything that is ours, then kill it. */
struct sweep {
    bool active;
    int64_t since;
    int64_t next;
    int64_t report;
    int pause;
};

void sweep_begin(struct sweep *sweep);
void sweep_round(struct sweep *sweep);
bool sweep_report_due(struct sweep *sweep);

/* frame.c: the frames on fd 0 and fd 1. */
enum {
    HELLO = 1,
    SPAWN = 2,
    OPENED = 3,
    STOP = 4,
    KILL = 5,
    SHUTDOWN = 6,
    LISTEN = 7,
    UNLISTEN = 8,
};
enum {
    SAYS_HELLO = 65,
    STARTED = 66,
    SPAWN_FAILED = 67,
    EXITED = 68,
    EMPTY = 69,
    NOT_EMPTY = 70,
    LISTENING = 71,
    LISTEN_FAILED = 72,
};
enum {
    STAGE_FRAME = 1,
    STAGE_GUARD = 2,
    STAGE_CHDIR = 3,
    STAGE_EXEC = 4,
    STAGE_NICE = 5,
    STAGE_NAMESPACE = 6,
    /* Not an end: the process runs on, outside of its cgroup. Between launch and guard only. */
    STAGE_NO_CGROUP = 7,
};
enum { HOW_EXITED = 0, HOW_SIGNALLED = 1, HOW_UNKNOWN = 2 };

enum {
    F_ID = 1,
    F_VERSION = 2,
    F_ARG = 3,
    F_ENV = 4,
    F_CWD = 5,
    F_SIGNAL = 6,
    F_GRACE_MS = 7,
    F_PID = 8,
    F_GUARD_PID = 9,
    F_OUT_FD = 10,
    F_STAGE = 11,
    F_ERRNO = 12,
    F_HOW = 13,
    F_VALUE = 14,
    F_UTIME_US = 15,
    F_STIME_US = 16,
    F_MAXRSS_KB = 17,
    F_SURVIVORS = 18,
    F_PORT = 19,
    F_LISTENER = 20,
    F_UMASK = 21,
    F_NICE = 22,
    F_NAMESPACE = 23,
    F_MEMORY_MAX = 24,
    F_PIDS_MAX = 25,
    F_CGROUP = 26,
    F_LIMITS = 27,
    F_CGROUP_OK = 28,
    F_PIDNS_OK = 29,
    F_INSTANCE = 30,
    F_OPTIONAL = 128, /* from here on a reader skips what it does not know */
};

struct command {
    uint8_t type;
    uint32_t id;
    uint32_t version;
    uint32_t signal;
    uint32_t grace_ms;
    uint32_t port;
    uint32_t listener; /* 0: none */
    uint32_t umask;
    uint32_t nice; /* a negative one in two's complement */
    uint32_t namespace;
    uint64_t memory_max; /* bytes; 0: no limit */
    uint32_t pids_max;   /* 0: no limit */
    bool has_umask;
    bool has_nice;
    char **argv;
    char **envp;
    char *cwd;
    char *instance;
    char *strings;
    bool unsupported;
};

/* Next frame read from fd 0: 1 got one, 0 none yet, -1 end of input, -2 malformed (diagnosed). */
int frame_next(struct command *command);
void command_release(struct command *command);

void event_begin(uint8_t type);
void event_u32(uint8_t tag, uint32_t value);
void event_u64(uint8_t tag, uint64_t value);
void event_string(uint8_t tag, const char *value);
void event_end(void);
bool events_pending(void);
bool events_full(void);
bool events_flush(void);

/* child.c: the guard of one sidecar. */
struct order {
    uint32_t type; /* STOP or KILL */
    uint32_t signal;
    uint32_t grace_ms;
};

struct report {
    uint32_t type; /* STARTED, SPAWN_FAILED, EXITED, EMPTY or NOT_EMPTY */
    uint32_t first;
    uint32_t second;
    uint64_t utime_us;
    uint64_t stime_us;
    uint64_t maxrss_kb;
    uint32_t pids[PIDS_IN_REPORT];
};

void fill_exit(struct report *report, int status, const struct rusage *used);

/* What a guard of one sidecar is born with. The descriptors are closed in the parent. */
struct birth {
    pid_t root;
    int socket;
    int app;
    int out;
    int listener;       /* -1: none */
    const char *cgroup; /* empty: none */
    const struct command *spawn;
};

_Noreturn void child_guard(const struct birth *birth);

/* launch.c: the last steps of a process before it becomes the sidecar. */
struct failure {
    int32_t stage;
    int32_t error;
};

struct launch {
    int guard; /* pidfd */
    int out;
    int listener; /* -1: none */
    int failure;
    const char *join; /* the cgroup that is still to be joined, or NULL */
    const struct command *spawn;
};

_Noreturn void launch(const struct launch *launch);
void reset_signals(void);
int exec_program(char *const *argv, char *const *envp);

/* detach.c: a program that outlives the application on purpose. */
int detach(char **argv);

/* namespace.c: a PID namespace for one sidecar. */
int namespace_enter(void);
pid_t namespace_init(int guard, int *leash);
void namespace_mount_proc(void);
bool namespace_possible(void);

/* cgroup.c: one cgroup for each sidecar, where this user may make some. */
bool cgroups_find(const char *instance);
void cgroup_name(char *name, uint32_t id);
void cgroup_path(char *path, size_t size, const char *name);
bool cgroup_make(const char *name);
bool cgroup_limit(const char *name, uint64_t memory, uint32_t pids, const pid_t *own, size_t count);
pid_t cgroup_fork(const char *name);
bool cgroup_join(const char *name);
void cgroup_kill(const char *name);
void cgroup_remove(const char *name);

/* listeners.c: the sockets that are kept for sidecars while these are restarted. */
void listener_open(uint32_t id, uint32_t port);
void listener_close(uint32_t id);
int listener_of(uint32_t id);

/* root.c: the guard of all sidecars. */
struct origin {
    pid_t application;
    pid_t warden;
    int app;       /* pidfd of the application */
    pid_t *guards; /* shared with the warden: the child guards by slot */
};

_Noreturn void root_guard(const struct origin *origin);

#endif
