package rego

import (
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// world is one datacenter as policies see it, with what is looked up often.
type world struct {
	cfg   *config.Config
	calls map[*config.Group][]string // interfaces at which hosts use a group
	sets  sync.Map                   // coverage by *config.Set: those looked at so far
	table *factTable                 // nil until a policy asks for it
	known *order                     // likewise
	more  *extra                     // likewise
	today time.Time                  // zero: as the nodes' facts say

	policies []*ir.Policy               // of the nodes; nil to be made when they are needed
	lines    map[source.Span]*lineCover // nil until somebody asks for covers
	hosts    []*doors                   // nil until somebody asks what gets through
	parts    map[string]*part           // finished parts of the cluster's document
	chosen   map[*policy][]placedFile   // by policies of files, guests and nodes
}

func newWorld(cfg *config.Config) *world {
	w := &world{cfg: cfg, calls: map[*config.Group][]string{}, parts: map[string]*part{}}
	if cfg.Cluster != nil && w.anyHostOn() {
		w.recordCalls(cfg.Cluster.Rules)
	}
	for _, n := range cfg.Nodes {
		if n.Host != nil && hostOn(n) {
			w.recordCalls(n.Host.Rules)
		}
	}
	return w
}

func (w *world) recordCalls(rules []*config.Rule) {
	for _, r := range rules {
		if !inForce(r) || r.Type != config.GroupRule {
			continue
		}
		g, name := r.Group.Target, interfaceOf(r)
		if !slices.Contains(w.calls[g], name) {
			w.calls[g] = append(w.calls[g], name)
			slices.Sort(w.calls[g])
		}
	}
}

// hostOn reports whether a node filters its own traffic: host.fw may switch that
// off, and without the option it is on (reference/pve-firewall §2.2).
func hostOn(n *config.Node) bool {
	return n.Host == nil || n.Host.Options.Bool("enable", true)
}

// anyHostOn is also true when no node is known: cluster.fw is then judged as
// for a node with every default.
func (w *world) anyHostOn() bool {
	return len(w.cfg.Nodes) == 0 || slices.ContainsFunc(w.cfg.Nodes, hostOn)
}

// clusterOn reports whether the main switch is on. A value above 1 is a point in
// time that stays on for a minute (reference/pve-firewall §2.2).
func (w *world) clusterOn() bool {
	if w.cfg.Cluster == nil {
		return false
	}
	n := w.cfg.Cluster.Options.Number("enable", 0)
	if n <= 1 {
		return n == 1
	}
	now := w.now()
	return !now.IsZero() && int64(n) >= now.Unix()-60
}

func (w *world) now() time.Time {
	if !w.today.IsZero() {
		return w.today
	}
	for _, n := range w.cfg.Nodes {
		if !n.Facts.Now.IsZero() {
			return n.Facts.Now
		}
	}
	return time.Time{}
}

// placedRule is a rule that takes effect, with the file, node and group it
// belongs to.
type placedRule struct {
	*config.Rule
	fw    *config.FW
	node  *config.Node  // nil for cluster.fw and VNets
	guest *config.Guest // nil but in guest files
	group *config.Group // nil outside groups
}

// rules yields the rules of every file and group that take effect, those of the
// datacenter first.
func (w *world) rules() iter.Seq[placedRule] {
	return func(yield func(placedRule) bool) {
		for f := range w.files() {
			for _, r := range f.rules() {
				if inForce(r.Rule) && !yield(r) {
					return
				}
			}
		}
	}
}

// placedFile is one .fw file and whose it is.
type placedFile struct {
	fw    *config.FW
	node  *config.Node
	guest *config.Guest
}

// rules lists the rules of a file, then those of its groups by name.
func (f placedFile) rules() []placedRule {
	var out []placedRule
	for _, r := range f.fw.Rules {
		out = append(out, placedRule{r, f.fw, f.node, f.guest, nil})
	}
	for _, name := range slices.Sorted(maps.Keys(f.fw.Groups)) {
		g := f.fw.Groups[name]
		for _, r := range g.Rules {
			out = append(out, placedRule{r, f.fw, f.node, f.guest, g})
		}
	}
	return out
}

// files yields the files that exist.
func (w *world) files() iter.Seq[placedFile] {
	return func(yield func(placedFile) bool) {
		visit := func(f placedFile) bool { return f.fw == nil || f.fw.File == nil || yield(f) }
		if !visit(placedFile{fw: w.cfg.Cluster}) {
			return
		}
		for _, fw := range w.cfg.VNets {
			if !visit(placedFile{fw: fw}) {
				return
			}
		}
		for _, n := range w.cfg.Nodes {
			if !visit(placedFile{fw: n.Host, node: n}) {
				return
			}
			for _, g := range n.Guests {
				if !visit(placedFile{fw: g.FW, node: n, guest: g}) {
					return
				}
			}
		}
	}
}

// fileSpan is a finding's place when it is about the whole file.
func fileSpan(fw *config.FW) source.Span {
	if fw == nil || fw.File == nil {
		return source.Span{}
	}
	return fw.File.Source.Span(0, 0)
}
