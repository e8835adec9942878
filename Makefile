# One verb a job. `make help` lists them; the work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help doctor setup build test lint clean
ARGS ?=

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

doctor: ## what this machine lacks, and the one apt line that mends it
	@scripts/doctor

setup: ## install the missing apt packages (as root, or by sudo)
	@scripts/doctor --install

build: ## build everything (debug)
	swift build

test: ## run the tests; ARGS='--filter StreamsTests' for some of them
	@scripts/test $(ARGS)

lint: ## check format and scripts
	@scripts/lint

clean: ## remove what was built, and the development broker
	rm -rf .build .venv .venv.lock .run
