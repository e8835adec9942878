#define _GNU_SOURCE
#include "CProcess.h"
#include "Reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

int cprocess_die_with_parent(int signal, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, signal) != 0) return errno;
    // The parent may have died before the call: no signal would come then.
    return getppid() == parent ? 0 : ESRCH;
}

// Moves a descriptor out of the way of 0, 1 and 2, so that setting one does not overwrite another.
int cprocess_lift(int descriptor) {
    return descriptor > 2 ? descriptor : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

void cprocess_reset_signals(void) {
    struct sigaction defaults = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < NSIG; signal++) {
        if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &defaults, NULL);
    }
}

// Runs in the child, on the parent's memory: system calls only. Returns the errno of what failed.
int cprocess_become(const CProcessOptions *options, pid_t parent) {
    cprocess_reset_signals();
    if (setpgid(0, 0) != 0) return errno;
    if (options->parentDeathSignal != 0) {
        int failed = cprocess_die_with_parent(options->parentDeathSignal, parent);
        if (failed != 0) return failed;
    }
    int input = cprocess_lift(options->input);
    int output = cprocess_lift(options->output);
    int errorOutput = cprocess_lift(options->errorOutput);
    if (input < 0 || output < 0 || errorOutput < 0) return errno;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errorOutput, 2) < 0) return errno;
    // Not every library opens its sockets with close-on-exec. An old kernel does without.
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    if (options->workingDirectory != NULL && chdir(options->workingDirectory) != 0) return errno;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(options->program, options->arguments, options->environment);
    return errno;
}

int cprocess_spawn(const CProcessOptions *options, pid_t *pid) {
    // Until exec the child runs on our memory: no handler of ours may run there.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t parent = getpid();
    // What failed comes by a pipe, which exec closes: under ThreadSanitizer vfork is fork, and what
    // the child writes into memory is not seen here.
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        int pipeFailed = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return pipeFailed;
    }
    // A reaper goes on in a copy of our memory, so it must not share it.
    pid_t child = options->isReaped ? _Fork() : vfork();
    if (child == 0) {
        if (options->isReaped) cprocess_reap(options, parent, report[1]);
        int end = cprocess_lift(report[1]);
        int failed = cprocess_become(options, parent);
        ssize_t written = write(end, &failed, sizeof(failed));
        _exit(written == (ssize_t)sizeof(failed) ? 127 : 126);
    }
    int forkFailed = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    int failed = forkFailed;
    if (forkFailed == 0) {
        ssize_t count;
        do count = read(report[0], &failed, sizeof(failed));
        while (count < 0 && errno == EINTR);
        if (count != (ssize_t)sizeof(failed)) failed = 0;
    }
    close(report[0]);
    if (forkFailed != 0) return forkFailed;
    if (failed != 0) {
        siginfo_t reaped;
        while (waitid(P_PID, (id_t)child, &reaped, WEXITED) != 0 && errno == EINTR) continue;
        return failed;
    }
    *pid = child;
    return 0;
}

int cprocess_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cprocess_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cprocess_pipe(int *readEnd, int *writeEnd) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *readEnd = ends[0];
    *writeEnd = ends[1];
    return 0;
}
