# demo shows what pvefw does; test runs everything that this machine can run;
# check, update, bench and fuzz are for people who change the code.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build demo test check update bench fuzz tools vscode go npm

# The place where the Go installer puts it, for shells whose PATH lacks it.
export PATH := $(PATH):/usr/local/go/bin

FUZZTIME ?= 30s

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

go:
	@command -v go >/dev/null || { echo "No go command on PATH. pvefw needs Go 1.26 or later: https://go.dev/doc/install" >&2; exit 1; }

npm:
	@command -v npm >/dev/null || { echo "No npm command on PATH. The VS Code extension needs Node.js 20 or later with npm: https://nodejs.org" >&2; exit 1; }

build: go ## bin/pvefw
	@CGO_ENABLED=0 go build -buildvcs=false -o bin/pvefw ./cmd/pvefw

demo: build ## a tour in the terminal
	@.ci/demo bin/pvefw

test: go tools ## go vet, then all tests; says by name what is skipped and why
	@echo "go vet ./..."
	@go vet ./...
	@.ci/gotest ./...

tools: ## on Debian as root: install the tools that some tests load rules with
	@.ci/tools

check: go ## gofmt, go vet, staticcheck; builds for the systems that people edit on
	@echo "gofmt -l"
	@unformatted="$$(gofmt -l $$(go list -f '{{.Dir}}' ./...))"; [ -z "$$unformatted" ] || { echo "not formatted:"; echo "$$unformatted"; exit 1; }
	@echo "go vet ./..."
	@go vet ./...
	@echo "staticcheck ./..."
	@go tool staticcheck ./...
	@for os in windows/amd64 darwin/arm64; do echo "go build for $$os"; GOOS=$${os%/*} GOARCH=$${os#*/} CGO_ENABLED=0 go build -buildvcs=false -o /dev/null ./cmd/pvefw; done

update: go ## write generated files and expected outputs again; read the diff
	PVEFW_UPDATE=1 go test -count=1 ./...

vscode: npm editors/vscode/node_modules/.package-lock.json ## bin/pve-firewall.vsix, checked; asks the npm registry the first time only
	@mkdir -p bin
	@cd editors/vscode && npm --silent test && npm --silent run package

editors/vscode/node_modules/.package-lock.json: editors/vscode/package-lock.json
	@cd editors/vscode && npm --silent ci && touch node_modules/.package-lock.json

bench: go ## speed and memory, as ratios to the baselines where they are present
	@PVEFW_BENCH=1 go test -timeout 60m -count=1 -run '^(TestRatios.*|TestHostile|TestCompile|TestPlan)$$' -v ./internal/bench | grep -vE '^(=== |PASS|ok )'
	go test -run '^$$' -bench . -benchmem ./...

fuzz: go ## every fuzz target for FUZZTIME
	@for dir in $$(go list -f '{{.Dir}}' ./...); do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$$dir"/*_test.go 2>/dev/null | cut -c6-); do \
			echo "$$dir $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$dir"; \
		done; \
	done
