package lower

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Consume is Lower for who needs cfg no more. It takes the lines and rules of the
// node's guests out of it once they have been lowered, so that a large datacenter and
// its policy are never in memory together. What is left of cfg is not for reading.
func Consume(cfg *config.Config, node *config.Node, sem Semantics) (*ir.Policy, diag.List) {
	l := begin(cfg, node, sem)
	l.consumer = newConsumer(l.node.Guests)
	return l.run()
}

// consumer knows how many guests a file is still for: a VM and a container of one
// number share theirs.
type consumer struct{ left map[*config.FW]int }

func newConsumer(guests []*config.Guest) *consumer {
	c := &consumer{map[*config.FW]int{}}
	for _, g := range guests {
		c.left[g.FW]++
	}
	return c
}

// done tells that a guest's chains are made.
func (c *consumer) done(fw *config.FW) {
	if c == nil || fw == nil {
		return
	}
	if c.left[fw]--; c.left[fw] == 0 {
		strip(fw)
	}
}

// strip leaves of a file its options. Each line knows its whole file, so nothing
// that knows a line may stay.
func strip(fw *config.FW) {
	fw.Rules, fw.Groups, fw.Sets, fw.Aliases = nil, nil, nil, nil
	if fw.File != nil {
		fw.File = &grammar.File{Source: fw.File.Source, Env: fw.File.Env}
	}
}
