#pragma once

#include "CProcess.h"

/// What the reaper has in common with the start of a child. All run in a child on a copy of the
/// memory of a process with threads: system calls only.
int cprocess_die_with_parent(int signal, pid_t parent);
int cprocess_lift(int descriptor);
void cprocess_reset_signals(void);
int cprocess_become(const CProcessOptions *_Nonnull options, pid_t parent);

/// Turns the calling process, a child just forked, into a reaper that starts the program.
/// What fails before that is written to `report` as an errno. All signals are blocked.
void cprocess_reap(const CProcessOptions *_Nonnull options, pid_t parent, int report)
    __attribute__((noreturn));
