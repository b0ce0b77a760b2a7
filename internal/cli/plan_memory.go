package cli

import (
	"bytes"
	"encoding/hex"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/memo"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

// planCache is what is kept of guests: an entry for each node of each CONFIG.
var planCache = cacheBounds{entries: 32, entryBytes: memo.MostBytes, bytes: 128 << 20}

// addNoCache adds the flag of lint to a command that plans.
func (r *planRun) addNoCache(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&r.noCache, "no-cache", false, "neither use nor keep what earlier runs made of guests ("+cacheVariable+"=off does the same)")
}

// guestMemory is where it is kept what the guests of a node became, so that only those
// that changed are made anew. It can be deleted at any time, and nothing that goes wrong
// with it is more than lost time. The nil one knows and keeps nothing.
type guestMemory struct {
	folder        *cacheFolder
	name, context string
	text          []byte     // as it was kept
	last          *memo.Memo // nil where there is none that holds
}

// remember looks up what is known of the guests. What the production daemon makes of one
// guest may depend on the others, so there is a memory of what files say only.
func (r *planRun) remember(o *opened, sem lower.Semantics) *guestMemory {
	folder := openFolder(r.noCache, "plan", planCache)
	build, known := buildIdentity()
	if folder == nil || !known || sem != lower.Intended || len(o.Input.Nodes) != 1 {
		return nil
	}
	name, context := newHasher(), newHasher()
	name.value([]string{o.Root, o.Name, o.Input.Nodes[0].Facts.Name})
	context.text(build)
	context.value(shared(o.Input))
	of, known := name.sum()
	is, same := context.sum()
	if !known || !same {
		return nil
	}
	m := &guestMemory{folder: folder, name: hex.EncodeToString(of), context: hex.EncodeToString(is)}
	text, kept := folder.load(m.name)
	if !kept {
		return m
	}
	if last := memo.Decode(text); last != nil && last.Context == m.context {
		m.text, m.last = text, last
	}
	return m
}

// shared is what concerns all guests of a node. The time does only where cluster.fw says
// until when the firewall is on, and then nothing is kept.
func shared(in config.Input) config.Input {
	node := in.Nodes[0]
	node.Guests, node.Facts.Now = nil, time.Time{}
	in.Nodes, in.Orphans = []config.NodeInput{node}, nil
	return in
}

// keep writes down what was made, and what was known of settled guests.
func (m *guestMemory) keep(made *memo.Made, settled map[int]bool, p *planned) {
	if m == nil {
		return
	}
	made.Change = p.delta
	if text := made.Of(m.last, settled).Encode(); !bytes.Equal(text, m.text) {
		m.folder.store(m.name, text)
	}
}

// made is what was made of a node's files.
func (o *opened) made(m *guestMemory, program *nft.Program, missing []string) *memo.Made {
	if m == nil {
		return nil
	}
	return &memo.Made{Context: m.context, Node: &o.Input.Nodes[0], Policy: o.policies[0], Program: program, Found: o.found, Missing: missing}
}
