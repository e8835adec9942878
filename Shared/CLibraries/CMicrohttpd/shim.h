// Swift does not import variadic C functions: what the HTTP module uses of them is wrapped here.
#pragma once
#include <microhttpd.h>

/// How the daemon runs the handler: on one thread, on a pool, or on a thread for each connection.
#define DN_MHD_ONE_THREAD 0
#define DN_MHD_THREAD_POOL 1
#define DN_MHD_THREAD_PER_CONNECTION 2

/// Starts a daemon on a socket that already listens. Null when libmicrohttpd refuses.
static inline struct MHD_Daemon *_Nullable dn_mhd_start(
    int mode, int listen_socket, unsigned int threads, unsigned int connection_limit,
    unsigned int idle_timeout_s, size_t memory_limit_bytes,
    MHD_AccessHandlerCallback _Nonnull handler,
    MHD_RequestCompletedCallback _Nonnull completed, void *_Nullable context) {
    unsigned int flags = MHD_USE_ITC | MHD_USE_INTERNAL_POLLING_THREAD;
    if (mode == DN_MHD_THREAD_PER_CONNECTION) {
        flags |= MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
    } else {
        flags |= MHD_USE_EPOLL;
    }
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, listen_socket, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connection_limit, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)idle_timeout_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)memory_limit_bytes, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)completed, context},
        // The pool comes last: an end marker takes its place in the other modes.
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    if (mode != DN_MHD_THREAD_POOL) {
        options[5].option = MHD_OPTION_END;
    }
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handler, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/// The address of the peer, owned by the connection; null when it is not known.
static inline const struct sockaddr *_Nullable dn_mhd_client_address(
    struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}
