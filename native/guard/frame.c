/* The frames on fd 0 and fd 1: u32 length, u8 type, then fields of u8 tag, u32 length, value. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD = 4, FIELD_HEAD = 5, READ_STEP = 64 * 1024, EVENTS_HIGH = 256 * 1024 };

static uint8_t *input;
static size_t input_size;
static size_t input_room;

static uint8_t *output;
static size_t output_size;
static size_t output_room;
static size_t event_start;
static bool output_lost;

static uint32_t u32_at(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_u32(uint8_t *bytes, uint32_t value) {
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

/* ---- commands ---- */

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

struct field {
    uint8_t tag;
    const uint8_t *value;
    uint32_t length;
};

/* 1 a field, 0 the end, -1 a field that reaches beyond the frame. */
static int field_next(struct cursor *cursor, struct field *field) {
    size_t left = (size_t)(cursor->end - cursor->at);
    if (left == 0) {
        return 0;
    }
    if (left < FIELD_HEAD) {
        return -1;
    }
    field->tag = cursor->at[0];
    field->length = u32_at(cursor->at + 1);
    if (field->length > left - FIELD_HEAD) {
        return -1;
    }
    field->value = cursor->at + FIELD_HEAD;
    cursor->at = field->value + field->length;
    return 1;
}

static const char *read_u32(const struct field *field, uint32_t *value) {
    if (field->length != 4) {
        return "a number that is not four bytes long";
    }
    *value = u32_at(field->value);
    return NULL;
}

static const char *read_u64(const struct field *field, uint64_t *value) {
    if (field->length != 8) {
        return "a number that is not eight bytes long";
    }
    *value = (uint64_t)u32_at(field->value) << 32 | u32_at(field->value + 4);
    return NULL;
}

/* Strings are copied into one block, which is as long as the frame and so always long enough. */
struct strings {
    char *next;
    size_t args;
    size_t envs;
};

static const char *read_string(struct strings *strings, const struct field *field, char **value) {
    if (memchr(field->value, 0, field->length) != NULL) {
        return "a string with a NUL in it";
    }
    memcpy(strings->next, field->value, field->length);
    strings->next[field->length] = '\0';
    *value = strings->next;
    strings->next += field->length + 1;
    return NULL;
}

static const char *read_field(
        struct command *command, struct strings *strings, const struct field *field) {
    switch (field->tag) {
        case F_ID:
            return read_u32(field, &command->id);
        case F_VERSION:
            return read_u32(field, &command->version);
        case F_SIGNAL:
            return read_u32(field, &command->signal);
        case F_GRACE_MS:
            return read_u32(field, &command->grace_ms);
        case F_ARG:
            return read_string(strings, field, &command->argv[strings->args++]);
        case F_ENV:
            return read_string(strings, field, &command->envp[strings->envs++]);
        case F_CWD:
            return read_string(strings, field, &command->cwd);
        case F_INSTANCE:
            return read_string(strings, field, &command->instance);
        case F_PORT:
            return read_u32(field, &command->port);
        case F_LISTENER:
            return read_u32(field, &command->listener);
        case F_UMASK:
            command->has_umask = true;
            return read_u32(field, &command->umask);
        case F_NICE:
            command->has_nice = true;
            return read_u32(field, &command->nice);
        case F_NAMESPACE:
            return read_u32(field, &command->namespace);
        case F_MEMORY_MAX:
            return read_u64(field, &command->memory_max);
        case F_PIDS_MAX:
            return read_u32(field, &command->pids_max);
        default:
            /* What a newer runtime asks for and this guard cannot give is refused, not forgotten. */
            command->unsupported = command->unsupported || field->tag < F_OPTIONAL;
            return NULL;
    }
}

static const char *count_strings(struct cursor cursor, size_t *args, size_t *envs) {
    struct field field;
    int more;
    while ((more = field_next(&cursor, &field)) == 1) {
        *args += field.tag == F_ARG;
        *envs += field.tag == F_ENV;
    }
    return more < 0 ? "a field longer than its frame" : NULL;
}

static const char *parse(struct command *command, const uint8_t *frame, size_t length) {
    *command = (struct command){.type = frame[0]};
    if (command->type < HELLO || command->type > UNLISTEN) {
        return "an unknown type of frame";
    }
    struct cursor cursor = {.at = frame + 1, .end = frame + length};
    size_t args = 0;
    size_t envs = 0;
    const char *wrong = count_strings(cursor, &args, &envs);
    if (wrong != NULL) {
        return wrong;
    }
    command->argv = calloc(args + 1, sizeof *command->argv);
    command->envp = calloc(envs + 1, sizeof *command->envp);
    command->strings = malloc(length);
    if (command->argv == NULL || command->envp == NULL || command->strings == NULL) {
        return "a frame for which there is no memory";
    }
    struct strings strings = {.next = command->strings};
    struct field field;
    while (wrong == NULL && field_next(&cursor, &field) == 1) {
        wrong = read_field(command, &strings, &field);
    }
    return wrong;
}

void command_release(struct command *command) {
    free(command->argv);
    free(command->envp);
    free(command->strings);
    *command = (struct command){0};
}

static bool input_reserve(size_t wanted) {
    if (wanted <= input_room) {
        return true;
    }
    uint8_t *bigger = realloc(input, wanted);
    if (bigger == NULL) {
        return false;
    }
    input = bigger;
    input_room = wanted;
    return true;
}

static void input_consume(size_t size) {
    input_size -= size;
    memmove(input, input + size, input_size);
    if (input_size <= READ_STEP && input_room > READ_STEP) {
        uint8_t *smaller = realloc(input, READ_STEP);
        if (smaller != NULL) {
            input = smaller;
            input_room = READ_STEP;
        }
    }
}

int frame_next(struct command *command) {
    for (;;) {
        size_t needed = HEAD;
        if (input_size >= HEAD) {
            uint32_t length = u32_at(input);
            if (length == 0 || length > FRAME_LIMIT) {
                diagnose("a command frame of %u bytes; 1 to %d are allowed", length, FRAME_LIMIT);
                return -2;
            }
            needed += length;
        }
        if (input_size >= HEAD && input_size >= needed) {
            const char *wrong = parse(command, input + HEAD, needed - HEAD);
            input_consume(needed);
            if (wrong != NULL) {
                diagnose("the command frame holds %s", wrong);
                command_release(command);
                return -2;
            }
            return 1;
        }
        /* Room grows with what has come, not with what a header promises. */
        if (input_size == input_room && !input_reserve(input_room + READ_STEP)) {
            diagnose("no memory for a command frame of %zu bytes", needed);
            return -2;
        }
        size_t step = input_room - input_size;
        ssize_t count = read(STDIN_FILENO, input + input_size, step);
        if (count == 0) {
            return -1;
        }
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno == EAGAIN ? 0 : -1;
        }
        input_size += (size_t)count;
    }
}

/* ---- events ---- */

static void output_append(const void *bytes, size_t size) {
    if (output_lost) {
        return;
    }
    if (output_room - output_size < size) {
        size_t room = output_room + size + 4096;
        uint8_t *bigger = realloc(output, room);
        if (bigger == NULL) {
            /* A reader must not see half a frame: from here on it sees the end of the stream. */
            diagnose("no memory for an event");
            output_lost = true;
            return;
        }
        output = bigger;
        output_room = room;
    }
    memcpy(output + output_size, bytes, size);
    output_size += size;
}

void event_begin(uint8_t type) {
    uint8_t head[HEAD + 1] = {[HEAD] = type};
    event_start = output_size;
    output_append(head, sizeof head);
}

void event_u32(uint8_t tag, uint32_t value) {
    uint8_t field[FIELD_HEAD + 4] = {tag};
    put_u32(field + 1, 4);
    put_u32(field + FIELD_HEAD, value);
    output_append(field, sizeof field);
}

void event_u64(uint8_t tag, uint64_t value) {
    uint8_t field[FIELD_HEAD + 8] = {tag};
    put_u32(field + 1, 8);
    put_u32(field + FIELD_HEAD, (uint32_t)(value >> 32));
    put_u32(field + FIELD_HEAD + 4, (uint32_t)value);
    output_append(field, sizeof field);
}

void event_string(uint8_t tag, const char *value) {
    size_t length = strlen(value);
    uint8_t head[FIELD_HEAD] = {tag};
    put_u32(head + 1, (uint32_t)length);
    output_append(head, sizeof head);
    output_append(value, length);
}

void event_end(void) {
    if (!output_lost) {
        put_u32(output + event_start, (uint32_t)(output_size - event_start - HEAD));
    }
}

bool events_pending(void) {
    return output_size > 0 && !output_lost;
}

bool events_full(void) {
    return output_size > EVENTS_HIGH;
}

/* Writes what the reader takes now; false when it is gone. */
bool events_flush(void) {
    while (events_pending()) {
        ssize_t count = write(STDOUT_FILENO, output, output_size);
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno == EAGAIN;
        }
        output_size -= (size_t)count;
        memmove(output, output + count, output_size);
    }
    return !output_lost;
}
