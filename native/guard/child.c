/* The guard of one sidecar: starts it, stops it, and leaves only when nobody is left. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKET_FD = 3, APP_FD = 4, OUT_FD = 5, LISTENER_FD = 6, FIRST_FREE_FD = 7, ABOVE = 16 };

static struct {
    int root;    /* pidfd */
    int self;    /* pidfd, for those who start from here */
    int deaths;  /* signalfd */
    int failure; /* read end while the sidecar has not reached its exec, then -1 */
    pid_t main;
    bool main_alive;
    pid_t init; /* process 1 of the sidecar's PID namespace, 0 without one */
    int leash;  /* init may leave when this is closed and it is alone */
    char cgroup[CGROUP_NAME_LIMIT]; /* empty: none */
    bool outside; /* the sidecar could not join its cgroup */
    bool failed; /* the sidecar never came to be */
    bool stopping;
    bool told_others;
    int early_signal; /* of a stop that overtook the start */
    bool orphaned; /* nobody listens any more */
    int64_t deadline;
    struct report exit;
    struct sweep sweep;
    bool swept_main;
    uint32_t survivors;
} me;

static void say(const struct report *report) {
    /* A guard sends a handful of these in its life, far less than a socket holds. */
    if (!me.orphaned && send(SOCKET_FD, report, sizeof *report, MSG_NOSIGNAL) < 0) {
        me.orphaned = true;
    }
}

void fill_exit(struct report *report, int status, const struct rusage *used) {
    bool signalled = WIFSIGNALED(status);
    *report = (struct report){
            .type = EXITED,
            .first = signalled ? HOW_SIGNALLED : HOW_EXITED,
            .second = (uint32_t)(signalled ? WTERMSIG(status) : WEXITSTATUS(status)),
            .utime_us = (uint64_t)used->ru_utime.tv_sec * 1000000 + (uint64_t)used->ru_utime.tv_usec,
            .stime_us = (uint64_t)used->ru_stime.tv_sec * 1000000 + (uint64_t)used->ru_stime.tv_usec,
            .maxrss_kb = (uint64_t)used->ru_maxrss,
    };
}

static void on_reaped(pid_t pid, int status, const struct rusage *used) {
    if (pid == me.main && me.main_alive) {
        me.main_alive = false;
        fill_exit(&me.exit, status, used);
    } else if (pid == me.init) {
        me.init = 0;
    } else if (me.sweep.active && !me.swept_main && WIFSIGNALED(status)
            && WTERMSIG(status) == SIGKILL) {
        me.survivors++;
    }
}

/* Everything this process inherited goes, but for what it is told to keep under fixed numbers. */
static bool keep_only(const struct birth *birth) {
    int high_socket = fcntl(birth->socket, F_DUPFD_CLOEXEC, ABOVE);
    int high_app = fcntl(birth->app, F_DUPFD_CLOEXEC, ABOVE);
    int high_out = fcntl(birth->out, F_DUPFD_CLOEXEC, ABOVE);
    int high_listener =
            birth->listener < 0 ? -1 : fcntl(birth->listener, F_DUPFD_CLOEXEC, ABOVE);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool kept = high_socket >= 0 && high_app >= 0 && high_out >= 0 && null >= 0
            && (high_listener >= 0) == (birth->listener >= 0)
            && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0
            && place_fd(high_socket, SOCKET_FD) && place_fd(high_app, APP_FD)
            && place_fd(high_out, OUT_FD);
    if (!kept) {
        return false;
    }
    if (high_listener >= 0) {
        kept = place_fd(high_listener, LISTENER_FD);
        close_from(FIRST_FREE_FD);
    } else {
        close_from(LISTENER_FD);
    }
    return kept;
}

static _Noreturn void refuse(int stage, int error) {
    if (me.cgroup[0] != '\0') {
        cgroup_remove(me.cgroup);
    }
    say(&(struct report){.type = SPAWN_FAILED, .first = (uint32_t)stage, .second = (uint32_t)error});
    _exit(0);
}

static void enter_namespace(void) {
    int error = namespace_enter();
    if (error != 0) {
        refuse(STAGE_NAMESPACE, error);
    }
    me.init = namespace_init(me.self, &me.leash);
    if (me.init < 0) {
        refuse(STAGE_NAMESPACE, errno);
    }
}

static _Noreturn void start_failed(int error) {
    if (me.init > 0) {
        kill(me.init, SIGKILL);
        waitpid(me.init, NULL, 0);
    }
    refuse(STAGE_GUARD, error);
}

static void fork_sidecar(const struct birth *birth) {
    int failure[2];
    if (birth->spawn->namespace != 0) {
        enter_namespace();
    }
    if (pipe2(failure, O_CLOEXEC) != 0) {
        start_failed(errno);
    }
    struct launch start = {.guard = me.self,
            .out = OUT_FD,
            .listener = birth->listener < 0 ? -1 : LISTENER_FD,
            .failure = failure[1],
            .spawn = birth->spawn};
    me.main = me.cgroup[0] == '\0' ? -1 : cgroup_fork(me.cgroup);
    if (me.main < 0) {
        start.join = me.cgroup[0] == '\0' ? NULL : me.cgroup;
        me.main = fork();
    }
    if (me.main < 0) {
        start_failed(errno);
    }
    if (me.main == 0) {
        launch(&start);
    }
    me.main_alive = true;
    me.failure = failure[0];
    close(failure[1]);
    /* Only the sidecar's tree may hold this, so that its end of file means that nobody is left. */
    close(OUT_FD);
    if (birth->listener >= 0) {
        close(LISTENER_FD);
    }
}

static void ask_main(int signal) {
    /* Not yet buried, so the number is still its own. A stopped process has to run to obey. */
    kill(me.main, signal);
    kill(me.main, SIGCONT);
}

/* The pipe is closed by a successful exec, or by the death of the process. */
static void hear_of_launch(void) {
    struct failure failure;
    ssize_t count;
    do {
        count = read(me.failure, &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    if (count == (ssize_t)sizeof failure && failure.stage == STAGE_NO_CGROUP) {
        me.outside = true;
        return;
    }
    close(me.failure);
    me.failure = -1;
    if (count == (ssize_t)sizeof failure) {
        me.failed = true;
        say(&(struct report){.type = SPAWN_FAILED,
                .first = (uint32_t)failure.stage,
                .second = (uint32_t)failure.error});
    } else {
        say(&(struct report){.type = STARTED,
                .first = (uint32_t)me.main,
                .second = me.cgroup[0] != '\0' && !me.outside});
        if (me.early_signal != 0 && me.main_alive) {
            ask_main(me.early_signal);
        }
    }
}

/* Who dies in a namespace is buried there, so those left behind are counted while they live. */
static uint32_t count_namespace(void) {
    struct process *found;
    size_t size = family_scan(&found);
    uint32_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += found[i].ours && found[i].pid != me.init && found[i].state != 'Z';
    }
    return count;
}

static void begin_sweep(void) {
    if (me.sweep.active) {
        return;
    }
    /* Who dies together with a main process that had to be killed was not left behind by it. */
    me.swept_main = me.main_alive;
    sweep_begin(&me.sweep);
    /* Shortcuts, where there are any. The proof is still to find no child. */
    if (me.cgroup[0] != '\0') {
        cgroup_kill(me.cgroup);
    }
    if (me.init > 0) {
        me.survivors += me.swept_main || me.failed ? 0 : count_namespace();
        kill(me.init, SIGKILL);
    }
}

static void begin_stop(const struct order *order) {
    int64_t deadline = now_ms() + order->grace_ms;
    if (!me.stopping || deadline < me.deadline) {
        me.deadline = deadline;
    }
    me.stopping = true;
    if (me.failure >= 0) {
        /* Until its exec it ignores what this guard ignores. */
        me.early_signal = (int)order->signal;
    } else if (me.main_alive) {
        ask_main((int)order->signal);
    }
}

static void hear_orders(void) {
    struct order order;
    ssize_t count;
    while ((count = recv(SOCKET_FD, &order, sizeof order, MSG_DONTWAIT)) != 0) {
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN) {
                return;
            }
            break;
        }
        if (count == (ssize_t)sizeof order && order.type == STOP) {
            begin_stop(&order);
        } else if (count == (ssize_t)sizeof order && order.type == KILL) {
            begin_sweep();
        }
    }
    me.orphaned = true;
}

static void main_has_died(void) {
    while (me.failure >= 0) {
        hear_of_launch();
    }
    if (me.leash >= 0) {
        close(me.leash);
        me.leash = -1;
    }
    if (!me.failed) {
        say(&me.exit);
    }
    me.exit.type = 0;
}

static void tell_others(void) {
    me.told_others = true;
    family_signal_all(SIGTERM);
    family_signal_all(SIGCONT);
}

static _Noreturn void leave(void) {
    if (me.cgroup[0] != '\0') {
        cgroup_remove(me.cgroup);
    }
    if (!me.failed) {
        say(&(struct report){.type = EMPTY, .first = me.survivors});
    }
    _exit(0);
}

static void report_stubborn(void) {
    struct report report = {.type = NOT_EMPTY};
    uint32_t pids[PIDS_IN_REPORT + 1];
    size_t count = family_list(pids, PIDS_IN_REPORT + 1);
    for (size_t i = 0; i < count && report.first < PIDS_IN_REPORT; i++) {
        /* The namespace's init waits for those who cannot be killed, as this guard does. */
        if ((pid_t)pids[i] != me.init) {
            report.pids[report.first++] = pids[i];
        }
    }
    say(&report);
}

static int wait_ms(void) {
    int64_t until = -1;
    if (me.sweep.active) {
        until = me.sweep.next;
    } else if (me.stopping) {
        until = me.deadline;
    }
    if (until < 0) {
        return -1;
    }
    int64_t left = until - now_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

/* After an event, what follows from it. */
static void decide(void) {
    bool nobody = family_reap();
    if (!me.main_alive && me.exit.type == EXITED) {
        main_has_died();
    }
    if (nobody) {
        leave();
    }
    if (me.orphaned || pidfd_ended(me.root) || pidfd_ended(APP_FD)) {
        begin_sweep();
    } else if (me.stopping && now_ms() >= me.deadline) {
        begin_sweep();
    } else if (!me.main_alive && !me.stopping) {
        begin_sweep();
    } else if (!me.main_alive && !me.told_others && !me.sweep.active) {
        tell_others();
    }
    if (me.sweep.active && now_ms() >= me.sweep.next) {
        sweep_round(&me.sweep);
    }
    if (sweep_report_due(&me.sweep)) {
        report_stubborn();
    }
}

static void wait_for_news(void) {
    /* The end of the root or of the application stays readable: watch it only until it is known. */
    bool free_running = me.sweep.active;
    struct pollfd news[] = {
            {.fd = me.deaths, .events = POLLIN},
            {.fd = me.failure, .events = POLLIN},
            {.fd = me.orphaned ? -1 : SOCKET_FD, .events = POLLIN},
            {.fd = free_running ? -1 : me.root, .events = POLLIN},
            {.fd = free_running ? -1 : APP_FD, .events = POLLIN},
    };
    if (poll(news, sizeof news / sizeof news[0], wait_ms()) < 0) {
        return;
    }
    if (news[0].revents != 0) {
        drain_signals(me.deaths);
    }
    if (me.failure >= 0 && news[1].revents != 0) {
        hear_of_launch();
    }
    if (news[2].revents != 0) {
        hear_orders();
    }
}

_Noreturn void child_guard(const struct birth *birth) {
    become_guard("proa-guard-side");
    family_init(NULL, on_reaped);
    me.failure = -1;
    me.leash = -1;
    memcpy(me.cgroup, birth->cgroup, sizeof me.cgroup);
    if (!keep_only(birth)) {
        _exit(EXIT_UNAVAILABLE);
    }
    family_init(NULL, on_reaped);
    me.root = open_pidfd(birth->root);
    me.self = open_pidfd(getpid());
    me.deaths = child_signals();
    if (me.root < 0 || me.self < 0 || me.deaths < 0) {
        refuse(STAGE_GUARD, errno);
    }
    if (getppid() != birth->root) {
        _exit(0);
    }
    fork_sidecar(birth);
    for (;;) {
        wait_for_news();
        decide();
    }
}
