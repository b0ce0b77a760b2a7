package lint

import (
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/pvefw/pvefw/ir/config"
)

// Earlier is an older state of the same files and what was found in it.
type Earlier struct {
	cfg    *config.Config
	counts map[Identity]int
}

// NewEarlier takes the outcome of a run over the older state. Its files must have
// the names of the newer ones.
func NewEarlier(cfg *config.Config, res Result) *Earlier {
	return &Earlier{cfg: cfg, counts: NewBaseline(res.Identities).counts}
}

// Filter keeps the findings of cfg that the older state does not have, and those
// in lines that say something else since. Moving a line is a change; formatting
// it or its comment is none.
func (e *Earlier) Filter(cfg func() *config.Config) Filter {
	return func(found diag.List, ids []Identity) []bool {
		changed := newChanges(e.cfg, cfg())
		keep := make([]bool, len(found))
		left := make(map[Identity]int, len(e.counts))
		for id, n := range e.counts {
			left[id] = n
		}
		for i := range found {
			known := left[ids[i]] > 0
			if known {
				left[ids[i]]--
			}
			keep[i] = !known || changed.at(found[i].Span)
		}
		return keep
	}
}

// changes knows the lines of files that an older state does not have.
type changes struct {
	old   map[string]*config.FW
	now   map[*source.File]*config.FW
	lines map[*source.File][]bool // by line number - 1
}

func newChanges(old, now *config.Config) *changes {
	c := &changes{map[string]*config.FW{}, map[*source.File]*config.FW{}, map[*source.File][]bool{}}
	for _, fw := range firewallsOf(old) {
		c.old[fw.File.Source.Name()] = fw
	}
	for _, fw := range firewallsOf(now) {
		c.now[fw.File.Source] = fw
	}
	return c
}

// at tells whether a line is new. Only lines of .fw files are compared; findings
// elsewhere are known by their identity alone.
func (c *changes) at(s source.Span) bool {
	now := c.now[s.File]
	if s.IsZero() || s.WholeFile() || now == nil {
		return false
	}
	lines, done := c.lines[s.File]
	if !done {
		lines = c.compare(c.old[s.File.Name()], now)
		c.lines[s.File] = lines
	}
	n := s.From().Line - 1
	return n < len(lines) && lines[n]
}

func (c *changes) compare(old, now *config.FW) []bool {
	var before []string
	if old != nil {
		before = said(old)
	}
	return textdiff.Inserted(before, said(now))
}

// said is what each line of a file says.
func said(fw *config.FW) []string {
	out := make([]string, len(fw.File.Lines))
	for i, l := range fw.File.Lines {
		section, text := wordsOf(fw.File, l)
		out[i] = section + "\n" + bounded(text)
	}
	return out
}
