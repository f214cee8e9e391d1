/* Stands between a program and the C library, and lets one operation on the files under a folder
 * go wrong: the n-th of those counted fails, is cut short, or is the last thing the process does.
 *
 *   TORTURE_UNDER  the folder whose files count, as an absolute path
 *   TORTURE_OPS    which operations count: letters out of
 *                  o(pen) w(rite) s(ync) t(runcate) u(nlink) r(ename) and l(ook), a read
 *   TORTURE_AT     which of them: 1 is the first; 0 none
 *   TORTURE_DO     kill, full (ENOSPC), error (EIO), short (half is written, and that is said),
 *                  torn (half is written, then the disk is full); int, term or hup: that signal
 *                  comes, and the operation is done all the same
 *   TORTURE_LAST   once: only that one; on: every counted one from there on
 *   TORTURE_LOG    a file that is told a line for every operation counted, and of the one hit
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum verdict { PASS, FAIL, SHORT };

static const char *under, *ops, *what, *record;
static long at;
static int goes_on, is_ready;
static long counted;

static void ready(void)
{
    const char *text;
    if (is_ready)
        return;
    is_ready = 1;
    under = getenv("TORTURE_UNDER");
    ops = getenv("TORTURE_OPS");
    what = getenv("TORTURE_DO");
    record = getenv("TORTURE_LOG");
    text = getenv("TORTURE_AT");
    at = text ? atol(text) : 0;
    text = getenv("TORTURE_LAST");
    goes_on = text && strcmp(text, "on") == 0;
}

static void note(char op, const char *path, int is_hit)
{
    char line[PATH_MAX + 32];
    int length, handle;
    if (!record)
        return;
    length = snprintf(line, sizeof line, "%c %s%s\n", op, path, is_hit ? " HIT" : "");
    /* Straight to the kernel: what is written here must not be counted. */
    handle = syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (handle >= 0) {
        syscall(SYS_write, handle, line, (size_t)length);
        syscall(SYS_close, handle);
    }
}

static enum verdict judge(char op, const char *path)
{
    int is_hit;
    ready();
    if (!under || !ops || !path || !strchr(ops, op))
        return PASS;
    if (strncmp(path, under, strlen(under)) != 0)
        return PASS;
    counted++;
    is_hit = at && (counted == at || (goes_on && counted > at));
    note(op, path, is_hit);
    if (!is_hit)
        return PASS;
    if (strcmp(what, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(what, "int") == 0 || strcmp(what, "term") == 0 || strcmp(what, "hup") == 0) {
        raise(*what == 'i' ? SIGINT : *what == 't' ? SIGTERM : SIGHUP);
        return PASS;
    }
    if (strcmp(what, "short") == 0)
        return op == 'w' ? SHORT : PASS;
    if (strcmp(what, "torn") == 0) {
        errno = ENOSPC;
        return op == 'w' && counted == at ? SHORT : FAIL;
    }
    errno = strcmp(what, "error") == 0 ? EIO : ENOSPC;
    return FAIL;
}

static enum verdict judge_handle(char op, int handle)
{
    char link[64], path[PATH_MAX];
    ssize_t length;
    ready();
    if (!under || handle <= 2)
        return PASS;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return PASS;
    path[length] = 0;
    return judge(op, path);
}

#define REAL(type, name, ...)                        \
    static type (*real)(__VA_ARGS__);                \
    if (!real)                                       \
        real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define WRITES(name, last, ...)                                              \
    {                                                                        \
        REAL(ssize_t, name, int, const void *, size_t __VA_ARGS__);          \
        switch (judge_handle('w', handle)) {                                 \
        case FAIL:                                                           \
            return -1;                                                       \
        case SHORT:                                                          \
            length = length > 1 ? length / 2 : length;                       \
        default:                                                             \
            return real(handle, data, length last);                          \
        }                                                                    \
    }

#define COMMA_PLACE , place
ssize_t write(int handle, const void *data, size_t length) WRITES("write", , )
ssize_t pwrite(int handle, const void *data, size_t length, off_t place)
    WRITES("pwrite", COMMA_PLACE, , off_t)
ssize_t pwrite64(int handle, const void *data, size_t length, off64_t place)
    WRITES("pwrite64", COMMA_PLACE, , off64_t)

#define ON_HANDLE(op, name)                                       \
    {                                                             \
        REAL(int, name, int);                                     \
        return judge_handle(op, handle) == FAIL ? -1 : real(handle); \
    }
int fsync(int handle) ON_HANDLE('s', "fsync")
int fdatasync(int handle) ON_HANDLE('s', "fdatasync")

#define READS(name, last, ...)                                               \
    {                                                                        \
        REAL(ssize_t, name, int, void *, size_t __VA_ARGS__);                \
        return judge_handle('l', handle) == FAIL ? -1 : real(handle, data, length last); \
    }
ssize_t read(int handle, void *data, size_t length) READS("read", , )
ssize_t pread(int handle, void *data, size_t length, off_t place)
    READS("pread", COMMA_PLACE, , off_t)
ssize_t pread64(int handle, void *data, size_t length, off64_t place)
    READS("pread64", COMMA_PLACE, , off64_t)

int ftruncate(int handle, off_t length)
{
    REAL(int, "ftruncate", int, off_t);
    return judge_handle('t', handle) == FAIL ? -1 : real(handle, length);
}

int ftruncate64(int handle, off64_t length)
{
    REAL(int, "ftruncate64", int, off64_t);
    return judge_handle('t', handle) == FAIL ? -1 : real(handle, length);
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    return judge('u', path) == FAIL ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(int, "unlinkat", int, const char *, int);
    return judge('u', path) == FAIL ? -1 : real(folder, path, flags);
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return judge('r', to) == FAIL ? -1 : real(from, to);
}

int renameat(int one, const char *from, int other, const char *to)
{
    REAL(int, "renameat", int, const char *, int, const char *);
    return judge('r', to) == FAIL ? -1 : real(one, from, other, to);
}

#define OPENS(name)                                        \
    {                                                      \
        mode_t mode = 0;                                   \
        REAL(int, name, const char *, int, ...);           \
        if (flags & (O_CREAT | O_TMPFILE)) {               \
            va_list more;                                  \
            va_start(more, flags);                         \
            mode = va_arg(more, mode_t);                   \
            va_end(more);                                  \
        }                                                  \
        return judge('o', path) == FAIL ? -1 : real(path, flags, mode); \
    }
int open(const char *path, int flags, ...) OPENS("open")
int open64(const char *path, int flags, ...) OPENS("open64")
