# The services and the command line in one image: `docker build .`, or `make image`, which also
# starts each of them from it. The base images are arguments, so that they can come from anywhere:
# BUILD_IMAGE is Swift 6.2 or later on Debian 12, RUN_IMAGE is Debian 12.
ARG BUILD_IMAGE=swift:6.3-bookworm
ARG RUN_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# doctor knows what a build needs: one list, for machines and for images.
COPY scripts/doctor scripts/doctor
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        $(scripts/doctor --packages) \
    && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
COPY Shared Shared
COPY Services Services
COPY Examples Examples
COPY Benchmarks Benchmarks
COPY Tests Tests
# Only what ships. The symbols stay, for the names in a backtrace; debug information goes.
RUN mkdir /build/bin \
    && for product in control-core incident-core os-core nervous-system dreamnet; do \
        swift build -c release --static-swift-stdlib --product "$product" || exit 1; \
        strip --strip-debug -o "/build/bin/$product" ".build/release/$product" || exit 1; \
    done

FROM ${RUN_IMAGE}
# The C libraries as Debian updates them, and the certificates for Kafka and webhooks over TLS.
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        ca-certificates librdkafka1 libyaml-0-2 libmicrohttpd12 libcurl4 libsodium23 libsimdjson14 \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
    && groupadd --gid 10001 dreamnet \
    && useradd --uid 10001 --gid dreamnet --no-create-home --home-dir /opt/dreamnet \
        --shell /usr/sbin/nologin dreamnet
COPY scripts/ready /usr/local/bin/ready
COPY --from=build /build/bin/ /usr/local/bin/
COPY topics /opt/dreamnet/topics
COPY config /opt/dreamnet/config
COPY runbooks /opt/dreamnet/runbooks
ENV DREAMNET_HOME=/opt/dreamnet
WORKDIR /opt/dreamnet
USER 10001:10001
# Name the program after the image: `docker run dreamnet control-core`.
CMD ["dreamnet", "--help"]
