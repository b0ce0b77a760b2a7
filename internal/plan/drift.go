package plan

import (
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// DriftVersion is that of the shape of a report.
const DriftVersion = 1

// Report is in what a node differs from its files, and who may have changed it.
type Report struct {
	Version int     `json:"version"`
	Node    string  `json:"node"`
	Backend string  `json:"backend"`
	Config  Source  `json:"config"`
	Live    Source  `json:"live"`
	Drifts  []Drift `json:"drifts"` // at most mostDrifts
	More    int     `json:"more"`
}

// Drift is one difference.
type Drift struct {
	Kind   Kind   `json:"kind"`
	Object Object `json:"object"`
	Table  string `json:"table"`
	Name   string `json:"name"`  // of the chain or set; empty for a table and for what stands in none
	Text   string `json:"text"`  // the rule or element; empty for an object as a whole
	Place  string `json:"place"` // in the files, of what is missing
	Who    string `json:"who"`   // what it looks like, a sentence without its end; empty if nothing tells
}

// Kind is what is wrong.
type Kind string

// The kinds.
const (
	Missing Kind = "missing" // the files ask for it, and it is not in force
	Extra   Kind = "extra"   // it is in force, and the files do not ask for it
	Differs Kind = "differs" // an object is there and not as the files ask for
	Beside  Kind = "beside"  // somebody else filters here as well
)

// mostDrifts bounds a report.
const mostDrifts = 2000

// Find tells in what a node differs from its files. The plan is one with all its lines;
// live is nil for texts.
func Find(p *Plan, live *Live) *Report {
	r := &Report{Version: DriftVersion, Node: p.Node, Backend: p.Backend, Config: p.Config, Live: p.Live, Drifts: []Drift{}}
	for i := range p.Changes {
		r.change(&p.Changes[i], live)
	}
	for _, f := range p.Foreign {
		if f.Chain == "" || !r.tells(f.Table, f.Chain) {
			r.add(Drift{Kind: Extra, Object: ChainObject, Table: f.Table, Name: f.Chain, Text: f.What, Who: "pvefw makes nothing of the kind"})
		}
	}
	for _, name := range p.Untouched {
		if who := daemons[name]; who != "" {
			r.add(Drift{Kind: Beside, Object: TableObject, Table: name, Who: who})
		}
	}
	return r
}

// daemons are the tables of those who filter on a node beside pvefw.
var daemons = map[string]string{
	"inet proxmox-firewall":          "proxmox-firewall runs on this node, or did until it was killed",
	"bridge proxmox-firewall-guests": "proxmox-firewall runs on this node, or did until it was killed",
}

// Empty reports whether the node is as its files ask for.
func (r *Report) Empty() bool { return len(r.Drifts) == 0 }

func (r *Report) add(d Drift) {
	if len(r.Drifts) == mostDrifts {
		r.More++
		return
	}
	r.Drifts = append(r.Drifts, d)
}

// tells reports whether a chain is spoken of already.
func (r *Report) tells(table, chain string) bool {
	for i := range r.Drifts {
		if d := &r.Drifts[i]; d.Table == table && d.Name == chain {
			return true
		}
	}
	return false
}

// change turns a change that would mend something into what is wrong. What is missing or
// too much as a whole is told as a whole.
func (r *Report) change(c *Change, live *Live) {
	d := Drift{Object: c.Object, Table: c.Table, Name: c.Name, Who: c.Note}
	switch c.Action {
	case Create:
		d.Kind, d.Place = Missing, c.Place
		if c.Object == TableObject && live != nil && len(live.Program.Tables) == 0 {
			d.Who = "nothing of pvefw is in force: it was never applied, or somebody flushed the ruleset"
		}
		r.add(d)
		return
	case Delete:
		d.Kind = Extra
		if live != nil {
			d.Who = live.whoseObject(c)
		}
		r.add(d)
		return
	}
	d.Kind = Differs
	if live != nil && c.Object == ChainObject {
		d.Who = live.whoseChain(c)
	}
	r.add(d)
	for _, l := range c.Lines {
		one := Drift{Object: c.Object, Table: c.Table, Name: c.Name, Text: l.Text}
		switch l.Op {
		case Added:
			one.Kind, one.Place = Missing, l.Place
		case Removed:
			one.Kind = Extra
			if live != nil && c.Object == ChainObject {
				one.Who = whoseRule(&l, live.in(c.Table, c.Name))
			}
		default:
			continue
		}
		r.add(one)
	}
}

// whoseChain tells who may have changed a chain: its hash is that of the rules with which
// pvefw loaded it.
func (l *Live) whoseChain(c *Change) string {
	t := l.Program.Table(tableOf(c.Table))
	if t == nil || t.Chain(c.Name) == nil {
		return ""
	}
	switch chain := t.Chain(c.Name); {
	case chain.Altered:
		return "somebody changed it in the kernel: its rules are not those that pvefw loaded"
	case chain.Hash == "":
		return "it was not made by pvefw, or somebody changed the way into it"
	}
	return "it is as pvefw loaded it: the files, or pvefw itself, have changed since"
}

// whoseObject tells who may have made what the files do not ask for.
func (l *Live) whoseObject(c *Change) string {
	if c.Object != ChainObject {
		return ""
	}
	t := l.Program.Table(tableOf(c.Table))
	if t == nil || t.Chain(c.Name) == nil || t.Chain(c.Name).Hash != "" {
		return "pvefw loaded it: the files asked for it then"
	}
	if _, body := nft.BodyOf(c.Name); body {
		return "pvefw made it, and nothing leads to it any more"
	}
	return "it was not made by pvefw"
}

func tableOf(name string) string { return name[strings.IndexByte(name, ' ')+1:] }

// whoseRule tells who may have put a rule into a chain.
func whoseRule(l *Line, foreign []Foreign) string {
	for _, f := range foreign {
		if l.Text == "("+f.What+")" {
			return "pvefw makes nothing of the kind"
		}
	}
	if !l.Marked {
		return "it does not bear pvefw's comment: somebody added it"
	}
	return ""
}
