package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/rego"
)

// What is kept of findings.
var lintCache = cacheBounds{entries: 512, entryBytes: 4 << 20, bytes: 64 << 20}

// resultCache keeps what was found, in the user's cache directory: all that is told
// of a CONFIG (cache_result.go), and where that takes more than its files and flags,
// such as a baseline, what each judge found. An entry is named by everything that
// its findings depend on: this very build of pvefw, the policies, every input file
// and fact. It can be deleted at any time, and nothing that goes wrong with it is
// more than lost time.
type resultCache struct {
	cacheFolder
	identity []byte // of the build and the policies
}

// openCache returns nil where there is no cache, or none is wanted.
func (f *policyFlags) openCache(policies []*rego.Source) *resultCache {
	folder := openFolder(f.noCache, "lint", lintCache)
	build, ok := buildIdentity()
	if folder == nil || !ok {
		return nil
	}
	h := newHasher()
	h.text(build)
	h.value(policies)
	identity, ok := h.sum()
	if !ok {
		return nil
	}
	return &resultCache{cacheFolder: *folder, identity: identity}
}

// buildIdentity tells builds apart, also those of a developer that share a version.
func buildIdentity() (string, bool) {
	name, err := os.Executable()
	if err != nil {
		return "", false
	}
	info, err := os.Stat(name)
	if err != nil {
		return "", false
	}
	return fmt.Sprint(version(), "\n", name, "\n", info.Size(), "\n", info.ModTime().UnixNano()), true
}

// wrap lets the cache answer for judges of in, where it can. It is nil-safe.
func (c *resultCache) wrap(in config.Input, judges []lint.Judge) []lint.Judge {
	if c == nil {
		return judges
	}
	out := make([]lint.Judge, len(judges))
	for i, j := range judges {
		out[i] = &cachedJudge{inner: j, cache: c, in: in, index: i}
	}
	return out
}

// cachedJudge is a judge with a memory.
type cachedJudge struct {
	inner lint.Judge
	cache *resultCache
	in    config.Input
	index int
}

// Rules implements lint.Judge.
func (j *cachedJudge) Rules() []*diag.Rule { return j.inner.Rules() }

// Judge implements lint.Judge.
func (j *cachedJudge) Judge(ctx context.Context, in *lint.Input) (diag.List, error) {
	name, files, ok := j.key(in)
	if !ok {
		return j.inner.Judge(ctx, in)
	}
	code := newFindingCode(files, j.Rules())
	if data, ok := j.cache.load(name); ok {
		if found, ok := code.decode(data); ok {
			return found, nil
		}
	}
	found, err := j.inner.Judge(ctx, in)
	if err != nil {
		return found, err
	}
	if data, ok := code.encode(found); ok {
		j.cache.store(name, data)
	}
	return found, nil
}

// key names the entry of an input, and lists its files. There is none where the outcome depends on the
// second: cluster.fw may hold the time until which the firewall is on.
func (j *cachedJudge) key(in *lint.Input) (name string, files []*source.File, ok bool) {
	if hasDeadline(in.Config) {
		return "", nil, false
	}
	h := newHasher()
	h.value(j.cache.identity)
	h.value(j.index)
	h.value(j.in)
	h.value(in.Now)
	for _, r := range j.Rules() {
		if in.Wanted == nil || in.Wanted(r) {
			h.text(r.Code)
		}
	}
	sum, ok := h.sum()
	return hex.EncodeToString(sum), h.files, ok
}

// hasDeadline reports whether a datacenter's firewall is on until a certain time.
func hasDeadline(cfg *config.Config) bool {
	return cfg != nil && cfg.Cluster != nil && cfg.Cluster.Options.Number("enable", 0) > 1
}
