# `make` lists what can be made.

WEB := tests/web
WEB_READY := $(WEB)/node_modules/.package-lock.json
ROUNDS ?= 50

.DEFAULT_GOAL := help
.PHONY: help run check test load crash screens release

help: ## lists these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## builds and serves shop.db on port 8080
	cargo run -- --db shop.db

check: $(WEB_READY) ## format, lints, types and the rules of the house: under two minutes when built
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo test --test it -- tidy
	cd $(WEB) && npm run --silent check

# Three tests a processor: each waits for its own server and disk more than it computes.
test: check ## everything that CI runs
	RUST_TEST_THREADS=$$((3 * $$(nproc))) cargo test
	cd $(WEB) && npm run --silent unit
	cd $(WEB) && CHROMIUM="$$(sh chromium.sh)" && export CHROMIUM && npm run --silent browser

load: ## durable sends against a no-op route, memory of idle sockets (release build)
	cargo test --release --test load

crash: ## ROUNDS=50 of kill -9 under load: nothing acknowledged is lost or doubled
	KEFU_CRASH_ROUNDS=$(ROUNDS) cargo test --test crash

screens: $(WEB_READY) ## pictures of the pages in tests/web/screens/, and how long people wait for them
	cargo build
	cd $(WEB) && CHROMIUM="$$(sh chromium.sh)" node look/screens.js

release: ## the program as it is given to shops: target/release/kefu-server
	cargo build --release

$(WEB_READY): $(WEB)/package.json $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund
	touch $@
