// All of it is in the header.
#include "CPrefetch.h"
