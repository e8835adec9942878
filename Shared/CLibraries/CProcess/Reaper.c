#define _GNU_SOURCE
#include "CProcess.h"
#include "Reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A process between ours and a program. Orphans of the program, whatever group or session they
// moved to, become its children; it ends when they have. It is a fork without exec, so it does
// nothing but system calls.

static void report_and_exit(int report, int failed) {
    ssize_t written = write(report, &failed, sizeof(failed));
    _exit(written == (ssize_t)sizeof(failed) ? 127 : 126);
}

// Sends SIGKILL to each child. False if the kernel does not list them.
static int kill_children(void) {
    int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (list < 0) return 0;
    char bytes[512];
    pid_t pid = 0;
    ssize_t count;
    while ((count = read(list, bytes, sizeof(bytes))) > 0) {
        for (ssize_t index = 0; index < count; index++) {
            if (bytes[index] >= '0' && bytes[index] <= '9') {
                pid = pid * 10 + (bytes[index] - '0');
            } else {
                if (pid > 1) kill(pid, SIGKILL);
                pid = 0;
            }
        }
    }
    if (pid > 1) kill(pid, SIGKILL);
    close(list);
    return 1;
}

// Returns when no descendant is left: each generation that dies leaves the next one to us. One
// that cannot be killed (it waits for a disk) keeps us here, for it is not dead.
static void end_descendants(pid_t program, int programIsAlive) {
    long pauseNs = 1000000;
    while (1) {
        // Where children are not listed the program's group is all that can be reached.
        if (!kill_children() && programIsAlive) kill(-program, SIGKILL);
        pid_t reaped;
        while ((reaped = waitpid(-1, NULL, WNOHANG)) > 0) {
            if (reaped == program) programIsAlive = 0;
        }
        if (reaped < 0 && errno == ECHILD) return;
        struct timespec pause = {.tv_nsec = pauseNs};
        nanosleep(&pause, NULL);
        if (pauseNs < 50000000) pauseNs *= 2;
    }
}

// Ends as the program did.
static void exit_as(int status) {
    if (WIFSIGNALED(status)) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        // No other signal that waits may come first.
        sigset_t others;
        sigfillset(&others);
        sigdelset(&others, WTERMSIG(status));
        sigprocmask(SIG_SETMASK, &others, NULL);
        kill(getpid(), WTERMSIG(status));
        _exit(128 + WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

static void close_all_but(int kept) {
    int failed = kept > 0 ? close_range(0, (unsigned)kept - 1, 0) : 0;
    if (failed == 0) failed = close_range((unsigned)(kept + 1), ~0U, 0);
    if (failed == 0) return;
    // A kernel before 5.9.
    struct rlimit limit = {65536, 65536};
    getrlimit(RLIMIT_NOFILE, &limit);
    int end = limit.rlim_cur < (1 << 20) ? (int)limit.rlim_cur : 1 << 20;
    for (int descriptor = 0; descriptor < end; descriptor++) {
        if (descriptor != kept) close(descriptor);
    }
}

// Takes in who dies until the program has, or somebody wants the end of all.
static int await_program(pid_t program) {
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, CPROCESS_END_ALL);
    while (1) {
        int signal = sigwaitinfo(&awaited, NULL);
        if (signal == SIGTERM) kill(program, SIGTERM);
        if (signal == CPROCESS_END_ALL) {
            end_descendants(program, 1);
            return SIGKILL;
        }
        pid_t ended;
        int status;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended != program) continue;
            end_descendants(program, 0);
            return status;
        }
    }
}

void cprocess_reap(const CProcessOptions *options, pid_t parent, int report) {
    int end = cprocess_lift(report);
    cprocess_reset_signals();
    // Not the function of that name: a sanitizer's takes a lock, which a thread that the fork left
    // behind may hold.
    syscall(SYS_prctl, PR_SET_NAME, "effect-reaper", 0, 0, 0);
    if (setpgid(0, 0) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) report_and_exit(end, errno);
    int failed = cprocess_die_with_parent(CPROCESS_END_ALL, parent);
    if (failed != 0) report_and_exit(end, failed);
    pid_t self = getpid();
    pid_t program = _Fork();
    if (program < 0) report_and_exit(end, errno);
    if (program == 0) {
        CProcessOptions own = *options;
        own.parentDeathSignal = SIGKILL;
        report_and_exit(end, cprocess_become(&own, self));
    }
    close_all_but(options->keptOpen);
    exit_as(await_program(program));
    _exit(127);
}
