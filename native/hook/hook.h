/* proa-hook: what its files share. Open proa-hook.c first. */
#ifndef PROA_HOOK_H
#define PROA_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAYLOAD_MAX = 8 * 1024 * 1024, /* bytes of a payload that are kept and sent whole */
    PATH_ROOM = 4096,
    ID_ROOM = 33, /* 128 bits in hex, and the end */
    NANO_DIGITS = 5, /* of these: the nanoseconds of the millisecond; the rest is random */
    CONNECT_MS = 2000,
    REQUEST_MS = 5000, /* connect, send and answer together */
    FLUSH_MS = 10000, /* for everything that waits in the spool */
    LIFE_S = 25 /* the background half ends by itself after this, whatever hangs */
};

/* One payload, with the name under which the ingest counts it once. */
struct payload {
    char *bytes;
    size_t length;
    size_t cut; /* bytes that came beyond PAYLOAD_MAX and are not kept */
    int64_t at_ms; /* Unix time at which the hook ran */
    char id[ID_ROOM];
};

/* Where the ingest is. */
struct ingest {
    char host[256];
    char port[6];
    char prefix[512]; /* path without a slash at its end, empty for none */
    bool chosen; /* the user named it; else whatever listens there has to prove itself */
    bool named; /* the user named a host that has to be looked up */
};

enum verdict {
    TAKEN, /* 204, or any 2xx where the user chose the address */
    TOO_LARGE, /* 413: a summary may still be taken */
    REFUSED, /* this payload will never be taken */
    LATER /* nobody there, busy, or not our ingest */
};

/* os.c */
int64_t now_ms(void);
int64_t wall_ms(void);
/* Notes when the hook ran, and a name that no other payload has. */
void mark(struct payload *what);
bool write_all(int fd, const char *bytes, size_t length);
/* Reads a small regular file that this user owns, without its line end; false if there is none. */
bool read_own_file(int folder, const char *name, char *text, size_t room);

/* ingest.c */
bool ingest_address(int state, struct ingest *to);
enum verdict ingest_post(const struct ingest *to, const struct payload *what, int64_t deadline);

/* owner.c */
bool listener_is_ours(int fd);

/* spool.c: state is the folder of the monitor, spool the one inside it; -1 where there is none. */
int state_folder(bool make);
int spool_folder(int state, bool make);
bool spool_put(int spool, const struct payload *what);
void spool_drop(int spool, const struct payload *what);
void spool_flush(int spool, const struct ingest *to);

/* cut.c: also passes over the parts of a JSON text (RFC 8259). */
struct scan {
    const char *at;
    const char *end;
};
void skip_space(struct scan *s);
bool pass_string(struct scan *s);
bool pass_nested(struct scan *s);
bool pass_word(struct scan *s);
bool cut_down(struct payload *what);

/* bash.c */
char *bash_command(const struct payload *p);
bool say_blocked(struct payload *p, const char *reason);

/* safety.c */
bool command_is_fatal(const char *command, const char *home, char *reason, size_t room);
size_t sensitive_word(const char *command, const char **word);

#endif
