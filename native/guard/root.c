/* The guard of all sidecars: speaks with the application and starts one guard per sidecar. */
#define _GNU_SOURCE
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LAST_WORDS_MS = 2000 };

static void doom(int code) {
    if (!me.doomed) {
        me.doomed = true;
        me.code = code;
    }
    for (int i = 0; i < sidecar_count; i++) {
        sidecars[i].kill_wanted = sidecars[i].used;
    }
}

/* ---- what the application wants ---- */

static struct sidecar *free_slot(void) {
    for (int i = 0; i < SIDECAR_LIMIT; i++) {
        if (!sidecars[i].used) {
            if (i == sidecar_count) {
                sidecar_count++;
            }
            return &sidecars[i];
        }
    }
    return NULL;
}

static bool fork_guard(struct sidecar *slot, const struct command *spawn, int out, int socket) {
    pid_t guard = fork();
    if (guard == 0) {
        /* Before it has a sidecar: the warden knows every guard that keeps something. */
        me.guards[slot - sidecars] = getpid();
        child_guard(&(struct birth){.root = me.pid,
                .socket = socket,
                .app = me.app,
                .out = out,
                .listener = listener_of(spawn->listener),
                .cgroup = slot->cgroup,
                .spawn = spawn});
    }
    slot->guard = guard;
    return guard > 0;
}

/* Our own processes have to leave a cgroup whose children are to have limits. */
static bool limit(const char *cgroup, const struct command *spawn) {
    static pid_t own[SIDECAR_LIMIT + 3];
    size_t count = 0;
    own[count++] = me.application;
    own[count++] = me.warden_pid;
    own[count++] = me.pid;
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used && sidecars[i].guard != 0) {
            own[count++] = sidecars[i].guard;
        }
    }
    return cgroup_limit(cgroup, spawn->memory_max, spawn->pids_max, own, count);
}

static void give_cgroup(struct sidecar *slot, const struct command *spawn) {
    slot->limits_wanted = spawn->memory_max != 0 || spawn->pids_max != 0;
    if (!me.cgroups) {
        return;
    }
    cgroup_name(slot->cgroup, spawn->id);
    if (!cgroup_make(slot->cgroup)) {
        slot->cgroup[0] = '\0';
        return;
    }
    slot->limits = slot->limits_wanted && limit(slot->cgroup, spawn);
}

static void start_guard(struct sidecar *slot, const struct command *spawn) {
    int out[2];
    int talk[2];
    if (pipe2(out, O_CLOEXEC) != 0) {
        sidecar_failed(spawn->id, STAGE_GUARD, errno);
        return;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, talk) != 0) {
        sidecar_failed(spawn->id, STAGE_GUARD, errno);
        close(out[0]);
        close(out[1]);
        return;
    }
    *slot = (struct sidecar){.id = spawn->id, .socket = talk[0], .out = out[0]};
    give_cgroup(slot, spawn);
    slot->used = fork_guard(slot, spawn, out[1], talk[1]);
    int error = errno;
    close(out[1]);
    close(talk[1]);
    if (!slot->used) {
        sidecar_failed(spawn->id, STAGE_GUARD, error);
        sidecar_drop_cgroup(slot);
        close(out[0]);
        close(talk[0]);
    }
}

/* errno of what is wrong with the request itself, or 0. */
static int refusal(const struct command *spawn) {
    int nice = (int)spawn->nice;
    if (spawn->unsupported) {
        return ENOTSUP;
    }
    if (spawn->argv[0] == NULL || spawn->umask > 0777 || nice < -20 || nice > 19) {
        return EINVAL;
    }
    if (spawn->listener != 0 && listener_of(spawn->listener) < 0) {
        return EBADF;
    }
    if (sidecar_by_id(spawn->id) != NULL) {
        return EEXIST;
    }
    return me.closing ? ESHUTDOWN : 0;
}

static void spawn_sidecar(const struct command *spawn) {
    int wrong = refusal(spawn);
    struct sidecar *slot = free_slot();
    if (wrong != 0) {
        sidecar_failed(spawn->id, STAGE_FRAME, wrong);
    } else if (slot == NULL) {
        sidecar_failed(spawn->id, STAGE_GUARD, EAGAIN);
    } else {
        start_guard(slot, spawn);
    }
}

static void greet(const struct command *command) {
    me.greeted = true;
    me.cgroups = cgroups_find(command->instance == NULL ? "" : command->instance);
    event_begin(SAYS_HELLO);
    event_u32(F_VERSION, PROTOCOL_VERSION);
    event_u32(F_PID, (uint32_t)me.pid);
    event_u32(F_CGROUP_OK, me.cgroups);
    event_u32(F_PIDNS_OK, namespace_possible());
    event_end();
}

static void want_stop(struct sidecar *sidecar, const struct command *command) {
    if (sidecar == NULL) {
        return; /* Late news: it ended while this frame was under way. */
    }
    sidecar->stop_wanted = true;
    sidecar->stop = (struct order){.type = STOP,
            .signal = command->signal == 0 ? SIGTERM : command->signal,
            .grace_ms = command->grace_ms};
}

static void take_over_output(struct sidecar *sidecar) {
    if (sidecar != NULL) {
        close_fd(&sidecar->out);
        sidecar_release_if_over(sidecar);
    }
}

static void obey(const struct command *command) {
    struct sidecar *sidecar = sidecar_by_id(command->id);
    switch (command->type) {
        case HELLO:
            greet(command);
            break;
        case SPAWN:
            spawn_sidecar(command);
            break;
        case OPENED:
            take_over_output(sidecar);
            break;
        case STOP:
            want_stop(sidecar, command);
            break;
        case KILL:
            if (sidecar != NULL) {
                sidecar->kill_wanted = true;
            }
            break;
        case LISTEN:
            listener_open(command->id, command->port);
            break;
        case UNLISTEN:
            listener_close(command->id);
            break;
        case SHUTDOWN:
            me.closing = true;
            for (int i = 0; i < sidecar_count; i++) {
                if (sidecars[i].used) {
                    want_stop(&sidecars[i], command);
                }
            }
            break;
    }
}

static bool names_a_folder(const char *name) {
    size_t length = strlen(name);
    return length <= INSTANCE_LIMIT && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == length;
}

static const char *objection(const struct command *command) {
    if (!me.greeted && command->type != HELLO) {
        return "a command before HELLO";
    }
    if (command->type == HELLO && command->version != PROTOCOL_VERSION) {
        return "a version of the protocol that this guard does not speak";
    }
    if (command->unsupported && command->type != SPAWN) {
        return "a field that this guard does not know";
    }
    if (command->signal >= NSIG || command->grace_ms > GRACE_LIMIT_MS) {
        return "a signal or a grace out of range";
    }
    if (command->instance != NULL && !names_a_folder(command->instance)) {
        return "an instance whose name cannot be part of a folder's";
    }
    return NULL;
}

static void hear_app(void) {
    while (!me.doomed && !events_full()) {
        struct command command;
        int got = frame_next(&command);
        if (got == 0) {
            return;
        }
        if (got < 0) {
            doom(got == -1 ? 0 : EXIT_DATA);
            return;
        }
        const char *wrong = objection(&command);
        if (wrong != NULL) {
            diagnose("the application sent %s", wrong);
            doom(EXIT_DATA);
        } else {
            obey(&command);
        }
        command_release(&command);
    }
}

/* ---- the loop ---- */

/* Orders wait here, one of each kind, for a guard whose socket is full. */
static void give_orders(struct sidecar *sidecar) {
    if (sidecar->socket < 0) {
        return;
    }
    if (sidecar->stop_wanted || sidecar->kill_wanted) {
        /* Somebody may have stopped the guard; only a running one can obey. */
        kill(sidecar->guard, SIGCONT);
    }
    if (sidecar->stop_wanted
            && send(sidecar->socket, &sidecar->stop, sizeof sidecar->stop,
                       MSG_DONTWAIT | MSG_NOSIGNAL)
                    >= 0) {
        sidecar->stop_wanted = false;
    }
    struct order order = {.type = KILL};
    if (sidecar->kill_wanted
            && send(sidecar->socket, &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        sidecar->kill_wanted = false;
    }
}

static struct pollfd news[SIDECAR_LIMIT + 5];
static struct sidecar *speaker[SIDECAR_LIMIT + 5];

static nfds_t list_news(void) {
    nfds_t count = 0;
    bool reading = !me.doomed && !events_full();
    news[count++] = (struct pollfd){.fd = me.deaths, .events = POLLIN};
    news[count++] = (struct pollfd){.fd = reading ? STDIN_FILENO : -1, .events = POLLIN};
    news[count++] = (struct pollfd){
            .fd = events_pending() ? STDOUT_FILENO : -1, .events = POLLOUT};
    news[count++] = (struct pollfd){.fd = me.doomed ? -1 : me.app, .events = POLLIN};
    news[count++] = (struct pollfd){.fd = me.doomed ? -1 : me.warden, .events = POLLIN};
    for (int i = 0; i < sidecar_count; i++) {
        struct sidecar *sidecar = &sidecars[i];
        if (sidecar->used && sidecar->socket >= 0) {
            bool waiting = sidecar->stop_wanted || sidecar->kill_wanted;
            speaker[count] = sidecar;
            news[count++] = (struct pollfd){.fd = sidecar->socket,
                    .events = (short)((events_full() ? 0 : POLLIN) | (waiting ? POLLOUT : 0))};
        }
    }
    return count;
}

static void wait_for_news(void) {
    nfds_t count = list_news();
    int timeout = -1;
    if (me.sweep.active) {
        int64_t left = me.sweep.next - now_ms();
        timeout = left < 0 ? 0 : (int)left;
    }
    if (poll(news, count, timeout) < 0) {
        return;
    }
    if (news[0].revents != 0) {
        drain_signals(me.deaths);
    }
    if (news[3].revents != 0 || news[4].revents != 0) {
        doom(0);
    }
    if (news[1].revents != 0) {
        hear_app();
    }
    for (nfds_t i = 5; i < count; i++) {
        if (news[i].revents != 0 && speaker[i]->socket == news[i].fd) {
            sidecar_hear_guard(speaker[i]);
        }
    }
}

static bool all_over(void) {
    for (int i = 0; i < sidecar_count; i++) {
        if (sidecars[i].used) {
            return false;
        }
    }
    return (me.doomed || me.closing) && !me.sweep.active;
}

static _Noreturn void leave(void) {
    int64_t until = now_ms() + LAST_WORDS_MS;
    while (events_pending() && events_flush() && events_pending() && now_ms() < until) {
        struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};
        poll(&reader, 1, (int)(until - now_ms()));
    }
    exit(me.code);
}

_Noreturn void root_guard(const struct origin *origin) {
    become_guard("proa-guard-root");
    family_init(sidecar_is_guard, sidecar_reaped);
    me.pid = getpid();
    me.app = origin->app;
    me.application = origin->application;
    me.warden_pid = origin->warden;
    me.guards = origin->guards;
    me.warden = open_pidfd(origin->warden);
    me.deaths = child_signals();
    if (me.warden < 0 || me.deaths < 0 || getppid() != origin->warden || !never_block(STDIN_FILENO)
            || !never_block(STDOUT_FILENO)) {
        exit(EXIT_UNAVAILABLE);
    }
    for (;;) {
        wait_for_news();
        bool childless = family_reap();
        if (!childless || me.sweep.active) {
            sweep_orphans();
        }
        if (!events_flush()) {
            doom(0);
        }
        for (int i = 0; i < sidecar_count; i++) {
            if (sidecars[i].used) {
                give_orders(&sidecars[i]);
                sidecar_release_if_over(&sidecars[i]);
            }
        }
        if (all_over()) {
            leave();
        }
    }
}
