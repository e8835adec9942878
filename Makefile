# One verb a job. `make help` lists them; the work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help doctor setup build test test-kubernetes lint demo bench fuzz audit sanitize up image clean simulate
ARGS ?=

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

doctor: ## what this machine lacks, and the one apt line that mends it
	@scripts/doctor

setup: ## install the missing apt packages (as root, or by sudo)
	@scripts/doctor --install

build: ## build everything (debug)
	@scripts/doctor >/dev/null || scripts/doctor
	swift build

test: ## run the tests; ARGS='--filter StreamsTests' for some of them
	@scripts/test $(ARGS)

test-kubernetes: ## run the shipped actions on a real control plane; needs KUBE_CLUSTER, KUBECTL, KAFKA_HOME
	@scripts/test --filter 'EndToEnd.*Kubernetes'

simulate: ## run 2,000 seeds of the simulator; ARGS='--seed 42' for one
	@scripts/simulate $(ARGS)

lint: ## check format, scripts and docker-compose.yml
	@scripts/lint

demo: ## set up, build, and show an outage; ARGS='--help' for more
	@scripts/demo $(ARGS)

bench: ## measure speed, latency, memory and start time; ARGS='--write' for the figures in docs/
	@scripts/bench $(ARGS)

fuzz: ## feed a decoder with bytes of chance; ARGS='envelope --runs 1000000', ARGS=list for the names
	@scripts/fuzz $(ARGS)

audit: ## kill, pause and cut off the services under load, audit the topics; AUDIT=short for a tenth
	@scripts/audit $(ARGS)

sanitize: ## tests under thread and address sanitizer, and every fuzz target for a moment
	@scripts/sanitize $(ARGS)

up: ## run a broker and the four services until Ctrl-C; ARGS='--any-ports'
	@scripts/up $(ARGS)

image: ## build the image and start each service from it (Docker, or buildah and debootstrap)
	@scripts/image $(ARGS)

clean: ## remove what was built, the development broker, and the data that `make up` keeps
	rm -rf .build .build-asan .build-fuzz .build-tsan .venv .venv.lock .run
