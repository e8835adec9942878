// Counts the allocations of each thread of a test program: its malloc and calloc stand before the C
// library's.
#pragma once

#include <stdint.h>

/// How many allocations this thread has made.
uint64_t callocations_count(void);
