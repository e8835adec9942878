// Swift does not import variadic C functions: what the HTTP module uses of them is wrapped here.
#pragma once
#include <curl/curl.h>

/// What curl calls with received bytes; it must return `size * count`, or anything else to abort.
typedef size_t (*dn_curl_sink)(
    char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);

static inline CURLcode dn_curl_set_long(CURL *_Nonnull curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode dn_curl_set_offset(
    CURL *_Nonnull curl, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(curl, option, value);
}

/// For strings that curl copies.
static inline CURLcode dn_curl_set_string(
    CURL *_Nonnull curl, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(curl, option, value);
}

/// For memory that curl keeps a pointer to until the transfer has ended.
static inline CURLcode dn_curl_set_pointer(
    CURL *_Nonnull curl, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode dn_curl_set_sink(
    CURL *_Nonnull curl, CURLoption option, dn_curl_sink _Nonnull sink) {
    return curl_easy_setopt(curl, option, sink);
}

/// The status code of the last response, 0 when there was none.
static inline long dn_curl_status(CURL *_Nonnull curl) {
    long status = 0;
    return curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

/// What curl asks, about once a second and whenever data moves; anything but 0 ends the transfer.
typedef int (*dn_curl_watch)(
    void *_Nullable context, curl_off_t received, curl_off_t receivedOf, curl_off_t sent,
    curl_off_t sentOf);

static inline CURLcode dn_curl_set_watch(
    CURL *_Nonnull curl, dn_curl_watch _Nonnull watch, void *_Nullable context) {
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, context);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
    return curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}
