package cli

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/rego"
)

// cacheVariable turns the cache off: PVEFW_CACHE=off.
const cacheVariable = "PVEFW_CACHE"

// What the cache may hold. The oldest entries go first.
const (
	mostEntries    = 512
	mostEntryBytes = 4 << 20
	mostCacheBytes = 64 << 20
)

// resultCache keeps what was found, in the user's cache directory: all that is told
// of a CONFIG (cache_result.go), and where that takes more than its files and flags,
// such as a baseline, what each judge found. An entry is named by everything that
// its findings depend on: this very build of pvefw, the policies, every input file
// and fact. It can be deleted at any time, and nothing that goes wrong with it is
// more than lost time.
type resultCache struct {
	dir      string
	identity []byte // of the build and the policies
}

// openCache returns nil where there is no cache, or none is wanted.
func (f *policyFlags) openCache(policies []*rego.Source) *resultCache {
	if f.noCache || os.Getenv(cacheVariable) == "off" {
		return nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	build, ok := buildIdentity()
	if !ok {
		return nil
	}
	h := newHasher()
	h.text(build)
	h.value(policies)
	identity, ok := h.sum()
	if !ok {
		return nil
	}
	return &resultCache{dir: filepath.Join(base, "pvefw", "lint"), identity: identity}
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

// load reads an entry and drops it if it is damaged.
func (c *resultCache) load(name string) ([]byte, bool) {
	file := filepath.Join(c.dir, name)
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostEntryBytes {
		return nil, false
	}
	data, err := os.ReadFile(file)
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	return data[sha256.Size:], bytes.Equal(sum[:], data[:sha256.Size])
}

// store writes an entry so that readers see all of it or nothing.
func (c *resultCache) store(name string, data []byte) {
	if len(data)+sha256.Size > mostEntryBytes || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return
	}
	sum := sha256.Sum256(data)
	_, err = file.Write(append(sum[:], data...))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(c.dir, name))
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return
	}
	c.prune()
}

// prune removes the oldest entries where there are too many.
func (c *resultCache) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	size := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
			size += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for len(files) > mostEntries || size > mostCacheBytes {
		_ = os.Remove(filepath.Join(c.dir, files[0].Name()))
		size -= files[0].Size()
		files = files[1:]
	}
}
