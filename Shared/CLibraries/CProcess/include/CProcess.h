#pragma once

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a child process is to be. The strings are NULL-terminated, the arrays end in NULL.
typedef struct {
    /// A path; or a name without a slash, looked for in this process's PATH.
    const char *_Nonnull program;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    /// NULL: the parent's.
    const char *_Nullable workingDirectory;
    /// Descriptors that become the child's 0, 1 and 2. All others are closed in the child.
    int input;
    int output;
    int errorOutput;
    /// Sent to the child when the thread that starts it ends; 0: none.
    int parentDeathSignal;
    /// Not 0: a reaper stands between (see Reaper.c); it is the child whose id is given back.
    int isReaped;
    /// A descriptor that the reaper keeps open as long as anything of the program is alive; -1: none.
    int keptOpen;
} CProcessOptions;

/// Ends a reaper's program and whatever it forked, then the reaper.
#define CPROCESS_END_ALL SIGUSR1

/// Starts a child as the leader of a process group of its own, with default signal handling.
///
/// Returns 0 and the process id, or the errno of what failed. It is vfork and exec rather than
/// posix_spawn, which cannot set the parent death signal. That signal follows the calling thread,
/// not the process: call this from a thread that outlives the child.
int cprocess_spawn(const CProcessOptions *_Nonnull options, pid_t *_Nonnull pid);

/// A descriptor that becomes readable when the process ends; -1 and errno if there is none.
int cprocess_pidfd_open(pid_t pid);

/// An anonymous file in memory, closed on exec; -1 and errno.
int cprocess_memory_file(const char *_Nonnull name);

/// A pipe whose ends are closed on exec and whose reading end does not block. 0, or the errno.
int cprocess_pipe(int *_Nonnull readEnd, int *_Nonnull writeEnd);

#ifdef __cplusplus
}
#endif
