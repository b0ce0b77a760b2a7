package cli

import (
	"encoding/hex"
	"encoding/json"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// remembered is what the cache knows of one CONFIG. The nil one knows and keeps
// nothing.
type remembered struct {
	cache *resultCache
	name  string
	files []*source.File // of the CONFIG
}

// storedResult is a lint.Result written down. Findings are those of findingCode.
type storedResult struct {
	Findings              json.RawMessage
	Categories            map[string]string // by code
	Files, Ignored, Known int
	Missing               []string
}

// remembers reports whether what is told of the CONFIG follows from its files and
// the flags alone, in a form without more about rules than their codes.
func (j *lintJob) remembers() bool {
	set := &j.o.Settings.Lint
	changes := j.fix || j.writeTo != "" || j.since != "" || j.lintRun.baseline != "" || j.o.Baseline != nil
	return !changes && j.report.short && len(set.Ignores) == 0 && len(j.sources)+len(set.Policies) == 0
}

// memory looks up what the CONFIG is known by.
func (j *lintJob) memory() *remembered {
	if !j.remembers() {
		return nil
	}
	cache := j.openCache(nil)
	if cache == nil {
		return nil
	}
	h := newHasher()
	h.text("result")
	h.value(cache.identity)
	h.value(j.o.Input)
	h.value(j.Now)
	h.value([][]string{j.enable, j.disable, {j.dialectFlag, j.node}})
	h.value([]string{j.o.Root, j.o.Prefix})
	h.value(j.o.Settings)
	h.value(j.o.Files)
	for i := range j.o.Findings {
		h.text(j.o.Findings[i].Rule.Code)
		h.text(j.o.Findings[i].Message)
		h.value(j.o.Findings[i].Span)
	}
	sum, ok := h.sum()
	if !ok {
		return nil
	}
	return &remembered{cache, hex.EncodeToString(sum), h.files}
}

// recall reads what was kept. Its findings have records of their own, which hold
// codes and categories only.
func (m *remembered) recall() (lint.Result, bool) {
	if m == nil {
		return lint.Result{}, false
	}
	data, ok := m.cache.load(m.name)
	if !ok {
		return lint.Result{}, false
	}
	var s storedResult
	if json.Unmarshal(data, &s) != nil {
		return lint.Result{}, false
	}
	var rules []*diag.Rule
	for code, category := range s.Categories {
		rules = append(rules, &diag.Rule{Code: code, Category: category})
	}
	found, ok := newFindingCode(m.files, rules).decode(s.Findings)
	return lint.Result{Findings: found, Files: s.Files, Ignored: s.Ignored, Known: s.Known, Missing: s.Missing}, ok
}

// keep writes a result down.
func (m *remembered) keep(res *lint.Result, cfg *config.Config) {
	if m == nil || hasDeadline(cfg) || int64(len(res.Findings)*leastStored) > m.cache.entryBytes {
		return
	}
	s := storedResult{Categories: map[string]string{}, Files: res.Files, Ignored: res.Ignored, Known: res.Known, Missing: res.Missing}
	for i := range res.Findings {
		s.Categories[res.Findings[i].Rule.Code] = res.Findings[i].Rule.Category
	}
	var ok bool
	if s.Findings, ok = newFindingCode(m.files, nil).encode(res.Findings); !ok {
		return
	}
	if data, err := json.Marshal(s); err == nil {
		m.cache.store(m.name, data)
	}
}

// leastStored is how many bytes a finding takes at least.
const leastStored = 64
